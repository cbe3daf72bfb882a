import { deleteExpiredKeys } from '@aio/platform/queries/delete-expired-keys';
import { deleteOldEvents } from '@aio/platform/queries/delete-old-events';
import { offerAbandonedRuns } from '@aio/platform/queries/engine/abandoned-runs';
import { deleteLeftovers } from '@aio/platform/queries/engine/leftovers';
import type { Queryable } from '@aio/platform/queryable';

/** Waits end up to this late: half of it on average, by the database's clock. */
const LOOK_EVERY_MS = 250;
const ABANDONED_EVERY_MS = 1000;
const SWEEP_EVERY_MS = 2000;
const FORGET_EVERY_MS = 60_000;
const RUNS_PER_LOOK = 1000;
const ROWS_PER_LOOK = 10_000;

/**
 * Looks after what waits too long: PostgreSQL knows what is due and what nobody works, whatever Redis
 * has forgotten. Every worker looks; what two of them find, one of them gets.
 */
export function startReconciler(deps: {
  db: Queryable;
  /** Takes what wants a worker, and looks at what others have of this worker's runs. */
  look: () => Promise<unknown>;
  /** Does what a process left undone that died in between. */
  sweep: () => Promise<unknown>;
  ring: () => void;
  onError: (what: string, error: unknown) => void;
}): { close(): Promise<void> } {
  const { db } = deps;
  const loops = [
    repeat(LOOK_EVERY_MS, deps.look),
    repeat(SWEEP_EVERY_MS, deps.sweep),
    repeat(ABANDONED_EVERY_MS, async () => {
      if ((await offerAbandonedRuns(db, RUNS_PER_LOOK)) > 0) deps.ring();
    }),
    repeat(FORGET_EVERY_MS, async () => {
      await deleteExpiredKeys(db, ROWS_PER_LOOK);
      await deleteOldEvents(db, ROWS_PER_LOOK);
      await deleteLeftovers(db, ROWS_PER_LOOK);
    }),
  ];

  function repeat(everyMs: number, look: () => Promise<unknown>) {
    let stopped = false;
    let current: Promise<unknown> = Promise.resolve();
    const begin = () => {
      current = look()
        .catch((error: unknown) => deps.onError('looking for what waits', error))
        .finally(() => {
          // A random part keeps the workers from looking all at the same moment.
          if (!stopped) timer = setTimeout(begin, everyMs * (0.75 + Math.random() / 2));
        });
    };
    let timer = setTimeout(begin);
    return async () => {
      stopped = true;
      clearTimeout(timer);
      await current;
    };
  }

  return {
    async close() {
      await Promise.all(loops.map((stop) => stop()));
    },
  };
}
