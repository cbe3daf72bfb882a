import { addRunTexts, endRunTexts } from '@aio/platform/queries/runs/run-texts';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { logEvent } from '@aio/runtime/log-event';
import { startLoop } from './background-loop.ts';
import type { Log } from './log.ts';

const ADD_EVERY_MS = 2_000;
/** A look for ended runs reads all open runs. */
const END_EVERY_MS = 20_000;
/** The pause is 20 times as long as a batch took, so indexing uses at most a twentieth of a core. */
const REST = 20;

/**
 * Indexes runs for the search: texts some seconds after the run was accepted, errors within half a
 * minute after its end. Only one API does so at a time.
 */
export function startIndexing({ db, log }: { db: Queryable; log: Log }): {
  close(): Promise<void>;
} {
  const start = (index: (db: Queryable) => Promise<boolean>, everyMs: number) =>
    startLoop(async () => {
      const beganAt = performance.now();
      const hasMore = await index(db).catch((error: unknown) => {
        logEvent(log, 'indexingTroubled', { err: error });
        return false;
      });
      const restMs = REST * (performance.now() - beganAt);
      return hasMore ? restMs : Math.max(everyMs, restMs);
    });
  const loops = [start(addRunTexts, ADD_EVERY_MS), start(endRunTexts, END_EVERY_MS)];
  return {
    async close() {
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}
