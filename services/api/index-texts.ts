import { setTimeout as sleep } from 'node:timers/promises';
import { indexRunTexts } from '@aio/platform/queries/run-texts';
import type { Queryable } from '@aio/platform/queryable';
import type { Log } from './log.ts';

const LOOK_EVERY_MS = 2_000;
/** Between batches, so that what is caught up with leaves room for requests. */
const GO_ON_AFTER_MS = 20;

/** Makes runs findable by their words, some seconds after they were accepted; of several APIs one at a time does. */
export function startIndexing({ db, log }: { db: Queryable; log: Log }): {
  close(): Promise<void>;
} {
  const closing = new AbortController();
  const { signal } = closing;

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const hasMore = await indexRunTexts(db).catch((error: unknown) => {
        log.warn({ err: error }, 'Runs cannot be made findable by their words; it tries again');
        return false;
      });
      await sleep(hasMore ? GO_ON_AFTER_MS : LOOK_EVERY_MS, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }
  const working = work();
  return {
    async close() {
      closing.abort();
      await working;
    },
  };
}
