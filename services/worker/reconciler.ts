import type { Metrics } from '@aio/catalog/instruments';
import type { WakeUp } from '@aio/core/wake-up';
import type { Queryable } from '@aio/platform/queryable';
import { deleteExpiredKeys } from '@aio/platform/queries/delete-expired-keys';
import { findDueRuns, findLostRuns } from '@aio/platform/queries/engine/find-wakeable-runs';

/** Waits end up to this late: half of it on average, by the database's clock. */
const DUE_EVERY_MS = 250;
const LOST_EVERY_MS = 1000;
const FORGET_EVERY_MS = 60_000;
/** A run that wants a worker and was last woken this long ago is woken again. */
const PATIENCE_MS = 5000;
const RUNS_PER_LOOK = 1000;
const KEYS_PER_LOOK = 10_000;

/**
 * Wakes what waits too long: PostgreSQL knows what is due and what nobody works, Redis may have
 * forgotten it. Every worker looks; a wake-up sent twice is one job, a run woken twice is claimed once.
 */
export function startReconciler(deps: {
  db: Queryable;
  metrics: Pick<Metrics<'worker'>, 'reconcilerFinds'>;
  send: (wakeUps: WakeUp[]) => Promise<unknown>;
  onError: (what: string, error: unknown) => void;
}): { close(): Promise<void> } {
  const loops = [
    repeat(DUE_EVERY_MS, async () => {
      const due = await findDueRuns(deps.db, RUNS_PER_LOOK);
      if (due.length === 0) return;
      deps.metrics.reconcilerFinds.inc({ find: 'due' }, due.length);
      await deps.send(due);
    }),
    repeat(FORGET_EVERY_MS, async () => {
      await deleteExpiredKeys(deps.db, KEYS_PER_LOOK);
    }),
    repeat(LOST_EVERY_MS, async () => {
      const lost = await findLostRuns(deps.db, { patienceMs: PATIENCE_MS, limit: RUNS_PER_LOOK });
      if (lost.length === 0) return;
      for (const { find } of lost) deps.metrics.reconcilerFinds.inc({ find });
      await deps.send(lost);
    }),
  ];

  function repeat(everyMs: number, look: () => Promise<void>) {
    let stopped = false;
    let timer: NodeJS.Timeout;
    let current = Promise.resolve();
    const next = () => {
      // A random part keeps the workers from looking all at the same moment.
      timer = setTimeout(
        () => {
          current = look()
            .catch((error: unknown) => deps.onError('looking for runs to wake', error))
            .finally(() => {
              if (!stopped) next();
            });
        },
        everyMs * (0.75 + Math.random() / 2),
      );
    };
    next();
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
