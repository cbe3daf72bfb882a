import { WAKE_UP_QUEUE } from '@aio/core/wake-up';
import type { WakeUp } from '@aio/core/wake-up';
import { Worker } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisConnectionOptions } from './redis.ts';
import { closeRedis, createRedis } from './redis.ts';

/** BullMQ waits over 20 s for a Redis that is away before it closes. */
const CLOSE_DEADLINE_MS = 1_000;

export interface WakeUpListener {
  /** Takes no more wake-ups; those at work go on. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `work` for each wake-up, `concurrency` at a time. A wake-up whose worker dies is delivered
 * again, as often as it takes: crashes are counted in PostgreSQL, not here.
 */
export function listenToWakeUps(
  options: {
    redisUrl: string;
    prefix: string;
    concurrency: number;
    work: (wakeUp: WakeUp) => Promise<void>;
    /** `work` threw. The run is in PostgreSQL all the same: the reconciler finds it. */
    onError: (error: unknown) => void;
  } & Pick<RedisConnectionOptions, 'onOutage' | 'onRecovery'>,
): WakeUpListener {
  const { redisUrl, prefix, concurrency, work, onError, ...events } = options;
  const connection = createRedis(redisUrl, { role: 'blocking', ...events });
  const worker = new Worker<WakeUp>(WAKE_UP_QUEUE, (job) => work(job.data).catch(onError), {
    connection,
    prefix: `{${prefix}}`,
    concurrency,
    // A worker that dies between taking a job and claiming its run keeps the job's id taken, so that a
    // wake-up sent again is swallowed until the job counts as stalled: soon, then.
    lockDuration: 4_000,
    stalledInterval: 2_000,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    // The eviction policy is asserted once at start, in the product's own words.
    skipVersionCheck: true,
  });
  // Outages are told by the connection; a lost lock is no news, since PostgreSQL fences the run.
  worker.on('error', () => undefined);

  return {
    pause: () => atMost(CLOSE_DEADLINE_MS, worker.pause(true)),
    async close() {
      await atMost(CLOSE_DEADLINE_MS, worker.close());
      await closeRedis(connection);
    },
  };
}

async function atMost(deadlineMs: number, done: Promise<unknown>): Promise<void> {
  const deadline = sleep(deadlineMs, undefined, { ref: false });
  await Promise.race([done.catch(() => undefined), deadline]);
}
