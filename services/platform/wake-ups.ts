import { DOORBELL_JOB_ID, WAKE_UP_QUEUE } from '@aio/core/wake-up';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { closeRedis, createRedis, type OutageListeners } from './redis.ts';
import { within } from './within.ts';

export interface WakeUpCounts {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** The sending side of the queue. Nothing is kept while Redis is away: workers also look by themselves. */
export interface WakeUps {
  /**
   * Tells one worker with room to look. Resolves within `SEND_TIMEOUT_MS` and never rejects; false = it
   * may not have been sent.
   */
  ring(): Promise<boolean>;
  /** BullMQ's own counts; null = Redis did not answer in time. */
  counts(): Promise<WakeUpCounts | null>;
  close(): Promise<void>;
}

export const SEND_TIMEOUT_MS = 500;
const JOB_NAME = 'wake-up';
const DOORBELL = { jobId: DOORBELL_JOB_ID, removeOnComplete: true, removeOnFail: true };

/** BullMQ's prefix, in braces so that all keys of the queue lie in one slot of a cluster. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}}`;
}

export function createWakeUps(
  options: { redisUrl: string; prefix: string } & OutageListeners,
): WakeUps {
  const { redisUrl, prefix, ...outage } = options;
  const redis = createRedis(redisUrl, { ...outage, role: 'command' });
  const queue = createQueueHolder(redis, queuePrefix(prefix));
  let sending: Promise<boolean> | null = null;

  /** All rings of one turn of the event loop are one. */
  function send(): Promise<boolean> {
    return new Promise((resolve) => {
      setImmediate(() => {
        sending = null;
        resolve(add().catch(() => false));
      });
    });
  }

  async function add(): Promise<boolean> {
    if (redis.status !== 'ready') return false;
    const ready = await queue.get();
    await ready.add(JOB_NAME, {}, DOORBELL);
    return true;
  }

  return {
    async ring() {
      sending ??= send();
      return (await within(sending, SEND_TIMEOUT_MS)) ?? false;
    },
    async counts() {
      if (redis.status !== 'ready') return null;
      const counting = queue
        .get()
        .then((ready) => ready.getJobCounts('waiting', 'active', 'delayed', 'failed'));
      const counts = await within(
        counting.catch(() => undefined),
        SEND_TIMEOUT_MS,
      );
      return counts ? (counts as unknown as WakeUpCounts) : null;
    },
    async close() {
      await sending;
      await within(queue.close(), SEND_TIMEOUT_MS);
      await closeRedis(redis);
    },
  };
}

/** A queue whose first look at Redis was cut off stays broken: it is made again. */
function createQueueHolder(redis: Redis, prefix: string) {
  let current: Promise<Queue> | null = null;

  async function make(): Promise<Queue> {
    const queue = new Queue(WAKE_UP_QUEUE, { connection: redis, prefix });
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
