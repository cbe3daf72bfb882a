import type { ClaimedRun } from '@aio/core/run/rows';
import type { EngineStorage } from '@aio/core/run/storage';
import { createBatch } from '@aio/platform/batch';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';

const CLAIMS_PER_STATEMENT = 100;

/** Claims a run; undefined = it needs no worker, or another one has it. */
export function createRunClaims(deps: {
  storage: Pick<EngineStorage, 'claimRuns'>;
  workerId: string;
  clock: DatabaseClock;
}): (runId: string) => Promise<ClaimedRun | undefined> {
  const { storage, workerId, clock } = deps;
  const { send } = createBatch<string, ClaimedRun | undefined>({
    most: CLAIMS_PER_STATEMENT,
    async ask(runIds) {
      const sentAt = performance.now();
      const claimed = await storage.claimRuns({ workerId, runIds });
      if (claimed[0]) clock.learn(claimed[0].nowMs, sentAt, performance.now());
      const byId = new Map(claimed.map((run) => [run.id, run]));
      return runIds.map((id) => {
        const run = byId.get(id);
        // If BullMQ delivers a job twice at once, one delivery gets the run.
        byId.delete(id);
        return run;
      });
    },
  });
  return send;
}
