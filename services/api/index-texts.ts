import { indexRunTexts } from '@aio/platform/queries/run-texts';
import type { Queryable } from '@aio/platform/queryable';
import { logEvent } from '@aio/runtime/log-event';
import { startLoop } from './background-loop.ts';
import type { Log } from './log.ts';

const LOOK_EVERY_MS = 2_000;
/** It rests so many times as long as a batch took: a twentieth of a core is all it takes from requests and workers. */
const REST = 20;

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
    const restMs = REST * (performance.now() - beganAt);
    return hasMore ? restMs : Math.max(LOOK_EVERY_MS, restMs);
  });
}
