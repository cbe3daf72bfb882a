import { indexRunTexts } from '@aio/platform/queries/run-texts';
import type { Queryable } from '@aio/platform/queryable';
import { logEvent } from '@aio/runtime/log-event';
import { startLoop } from './background-loop.ts';
import type { Log } from './log.ts';

const LOOK_EVERY_MS = 2_000;
const LONGEST_REST_MS = 10_000;
/**
 * It rests so many times as long as a look took. Runs to index take a twentieth of a core from requests and workers;
 * a look that finds nothing costs more the more runs are open, and takes a hundredth (npm run bench -- parking).
 */
const REST_AFTER_WORK = 20;
const REST_AFTER_NOTHING = 100;

/** Makes runs findable by their words, some seconds after they were accepted; of several APIs one at a time does. */
export function startIndexing({ db, log }: { db: Queryable; log: Log }): {
  close(): Promise<void>;
} {
  return startLoop(async () => {
    const beganAt = performance.now();
    const hasMore = await indexRunTexts(db).catch((error: unknown) => {
      logEvent(log, 'indexingTroubled', { err: error });
      return false;
    });
    const tookMs = performance.now() - beganAt;
    if (hasMore) return REST_AFTER_WORK * tookMs;
    return Math.min(Math.max(LOOK_EVERY_MS, REST_AFTER_NOTHING * tookMs), LONGEST_REST_MS);
  });
}
