import { WAKE_UP_QUEUE } from '@aio/core/wake-up';
import { Worker } from 'bullmq';
import type { RedisConnectionOptions } from './redis.ts';
import { closeRedis, createRedis } from './redis.ts';
import { queuePrefix } from './wake-ups.ts';
import { within } from './within.ts';

/** The first look has its answer by then, and does not share the database with the second. */
const SECOND_LOOK_MS = 2;
/** BullMQ waits over 20 s for a Redis that is away before it closes. */
const CLOSE_DEADLINE_MS = 1_000;

export interface WakeUpListener {
  /** Hears no more rings. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `onRing` for each ring, and once more soon after its job is gone: until then a ring for what
 * came after the first look is taken for the same. A ring whose worker dies is delivered again.
 */
export function listenToWakeUps(
  options: { redisUrl: string; prefix: string; onRing: () => void } & Pick<
    RedisConnectionOptions,
    'onOutage' | 'onRecovery'
  >,
): WakeUpListener {
  const { redisUrl, prefix, onRing, ...events } = options;
  const connection = createRedis(redisUrl, { role: 'blocking', ...events });
  const worker = new Worker(WAKE_UP_QUEUE, async () => onRing(), {
    connection,
    prefix: queuePrefix(prefix),
    // A worker that dies with the ring in its hand keeps it from everybody until it counts as stalled.
    lockDuration: 4_000,
    stalledInterval: 2_000,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    // The eviction policy is asserted once at start, in the product's own words.
    skipVersionCheck: true,
  });
  worker.on('completed', () => void setTimeout(onRing, SECOND_LOOK_MS).unref());
  // Outages are told by the connection; a lost lock is no news, since a ring carries nothing.
  worker.on('error', () => undefined);

  return {
    pause: () => end(worker.pause(true)),
    async close() {
      await end(worker.close());
      await closeRedis(connection);
    },
  };
}

async function end(done: Promise<unknown>): Promise<void> {
  await within(
    done.catch(() => undefined),
    CLOSE_DEADLINE_MS,
  );
}
