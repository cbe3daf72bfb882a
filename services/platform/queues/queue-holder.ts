import { Queue, type QueueOptions } from 'bullmq';

/** Creates the queue on first use. */
export interface QueueHolder {
  get(): Promise<Queue>;
  close(): Promise<void>;
}

/** If the first connection to Redis fails, a BullMQ queue stays broken, so this creates a new one. */
export function createQueueHolder(name: string, options: QueueOptions): QueueHolder {
  let current: Promise<Queue> | null = null;

  async function make(): Promise<Queue> {
    const queue = new Queue(name, options);
    queue.on('error', () => {});
    await queue.waitUntilReady();
    return queue;
  }

  return {
    get(): Promise<Queue> {
      const queue = (current ??= make());
      queue.catch(() => {
        if (current === queue) current = null;
      });
      return queue;
    },
    async close(): Promise<void> {
      await current?.then((queue) => queue.close()).catch(() => {});
    },
  };
}
