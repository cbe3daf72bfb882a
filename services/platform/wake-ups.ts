import { type WakeUp, WAKE_UP_QUEUE, wakeUpJobId } from '@aio/core/wake-up';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeRedis, createRedis, type OutageListeners } from './redis.ts';

export interface WakeUpCounts {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}

/** The sending side of the queue. Nothing is kept while Redis is away: the reconciler wakes later. */
export interface WakeUps {
  /** Resolves within `SEND_TIMEOUT_MS` and never rejects; false = it may not have been sent. */
  send(wakeUps: readonly WakeUp[]): Promise<boolean>;
  /** BullMQ's own counts; null = Redis did not answer in time. */
  counts(): Promise<WakeUpCounts | null>;
  close(): Promise<void>;
}

export const SEND_TIMEOUT_MS = 500;
const JOBS_PER_COMMAND = 1_000;
const JOB_NAME = 'wake-up';

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
  let gathered: WakeUp[] = [];
  let flushed: Promise<boolean> | null = null;

  /** All that is sent in one turn of the event loop goes out in one command. */
  function flush(): Promise<boolean> {
    return new Promise((resolve) => {
      setImmediate(() => {
        const batch = gathered;
        gathered = [];
        flushed = null;
        resolve(add(batch).catch(() => false));
      });
    });
  }

  async function add(wakeUps: readonly WakeUp[]): Promise<boolean> {
    if (redis.status !== 'ready') return false;
    const ready = await queue.get();
    for (let at = 0; at < wakeUps.length; at += JOBS_PER_COMMAND) {
      await ready.addBulk(wakeUps.slice(at, at + JOBS_PER_COMMAND).map(toJob));
    }
    return true;
  }

  return {
    async send(wakeUps) {
      if (wakeUps.length === 0) return true;
      gathered.push(...wakeUps);
      flushed ??= flush();
      return (await within(flushed)) ?? false;
    },
    async counts() {
      if (redis.status !== 'ready') return null;
      const counting = queue
        .get()
        .then((ready) => ready.getJobCounts('waiting', 'active', 'delayed', 'failed'));
      const counts = await within(counting.catch(() => undefined));
      return counts ? (counts as unknown as WakeUpCounts) : null;
    },
    async close() {
      await flushed?.catch(() => {});
      await within(queue.close());
      await closeRedis(redis);
    },
  };
}

function toJob(wakeUp: WakeUp) {
  const opts = { jobId: wakeUpJobId(wakeUp), removeOnComplete: true, removeOnFail: true };
  return { name: JOB_NAME, data: { runId: wakeUp.runId, epoch: wakeUp.epoch }, opts };
}

/** undefined = it took longer. */
async function within<Value>(work: Promise<Value>): Promise<Value | undefined> {
  const timeout = new AbortController();
  const late = sleep(SEND_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
  return Promise.race([work, late]).finally(() => timeout.abort());
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
