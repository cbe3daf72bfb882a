import { Queue, type QueueOptions } from 'bullmq';

/** Makes the queue when it is first asked for. */
export interface QueueHolder {
  get(): Promise<Queue>;
  close(): Promise<void>;
}

/** A queue whose first look at Redis was cut off stays broken: it is made again. */
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
