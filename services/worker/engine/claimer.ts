import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import { claimRuns } from '@aio/platform/queries/engine/claim-runs';
import type { Queryable } from '@aio/platform/queryable';

const RUNS_PER_CLAIM = 100;

/** Claims in groups: what is asked for in one turn of the event loop is one statement. */
export function createClaimer(deps: { db: Queryable; workerId: string; leaseMs: number }) {
  const waiting: { runId: string; settle: PromiseWithResolvers<ClaimedRun | null> }[] = [];

  async function flush(): Promise<void> {
    const batch = waiting.splice(0, RUNS_PER_CLAIM);
    if (waiting.length > 0) setImmediate(() => void flush());
    const runIds = [...new Set(batch.map((one) => one.runId))];
    try {
      const claimed = await claimRuns(deps.db, { ...deps, runIds });
      const byId = new Map(claimed.map((run) => [run.id, run]));
      for (const { runId, settle } of batch) {
        settle.resolve(byId.get(runId) ?? null);
        // Two wake-ups of one run in one batch: the first has it.
        byId.delete(runId);
      }
    } catch (error) {
      for (const { settle } of batch) settle.reject(error);
    }
  }

  /** null = somebody else holds the run, or it is finished or paused. */
  return function claim(runId: string): Promise<ClaimedRun | null> {
    const settle = Promise.withResolvers<ClaimedRun | null>();
    waiting.push({ runId, settle });
    if (waiting.length === 1) setImmediate(() => void flush());
    return settle.promise;
  };
}
