import { LOOK_AGAIN_AFTER_MS, type WakeUp, WAKE_UP_QUEUE } from '@aio/core/wake-up';
import { Worker } from 'bullmq';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RedisConnectionOptions } from './redis.ts';
import { closeRedis, createRedis } from './redis.ts';
import { queuePrefix } from './wake-ups.ts';
import { within } from './within.ts';

/** BullMQ waits over 20 s for a Redis that is away before it closes. */
const CLOSE_DEADLINE_MS = 1_000;

export interface WakeUpListener {
  /** Hears no more rings. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/** A timer may be early by so much. */
const TIMER_ERROR_MS = 1;
/** What a ring called for goes first, no longer than this, and then for some turns of the event loop. */
const ANSWER_WITHIN_MS = 50;
const TURNS = 3;

/**
 * Calls `onRing` for each ring, with the run it is about, if it is about one; and once more, without,
 * soon after its job is gone: until then a ring for what came after the first look is taken for the same. A
 * ring whose worker dies is delivered again.
 *
 * What `onRing` returns is waited for before the queue hears that the ring was heard: telling it takes half a
 * millisecond of the process, which a run on an idle system would wait.
 */
export function listenToWakeUps(
  options: {
    redisUrl: string;
    prefix: string;
    onRing: (runId?: string) => Promise<void> | void;
  } & Pick<RedisConnectionOptions, 'onOutage' | 'onRecovery'>,
): WakeUpListener {
  const { redisUrl, prefix, onRing, ...events } = options;
  const connection = createRedis(redisUrl, { role: 'blocking', ...events });
  const worker = new Worker<WakeUp>(WAKE_UP_QUEUE, ({ data }) => answer(data), {
    connection,
    prefix: queuePrefix(prefix),
    // A worker that dies with the ring in its hand keeps it from everybody until it counts as stalled.
    lockDuration: 4_000,
    stalledInterval: 2_000,
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    // The eviction policy is asserted once at start, in the product's own words.
    skipVersionCheck: true,
  });
  worker.on(
    'completed',
    () => void setTimeout(() => void onRing(), LOOK_AGAIN_AFTER_MS + TIMER_ERROR_MS).unref(),
  );

  async function answer({ runId }: WakeUp): Promise<void> {
    const answered = onRing(runId);
    if (!answered) return;
    await within(answered, ANSWER_WITHIN_MS);
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  }

  async function end(done: Promise<unknown>): Promise<void> {
    await within(
      done.catch(() => undefined),
      CLOSE_DEADLINE_MS,
    );
  }

  // Outages are told by the connection; a lost lock is no news: a ring that is lost is made up for by a look.
  worker.on('error', () => undefined);

  return {
    pause: () => end(worker.pause(true)),
    async close() {
      await end(worker.close());
      await closeRedis(connection);
    },
  };
}
