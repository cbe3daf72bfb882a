import { type ClaimedRun, noRows } from '@aio/core/run/rows';
import { toFailure } from '@aio/core/run/step-outcome';
import type { EngineStorage } from '@aio/core/run/storage';

/** Fails a run whose definition or rows this code cannot read. */
export async function failUnreadable(
  { storage, workerId }: { storage: Pick<EngineStorage, 'commitProgress'>; workerId: string },
  claimed: ClaimedRun,
  error: unknown,
): Promise<void> {
  const cause = toFailure(error);
  const message = `The worker could not load the run: ${cause.message}`;
  const seq = claimed.eventSeq + 1;
  const progress = {
    ...noRows(),
    runId: claimed.id,
    epoch: claimed.epoch,
    status: 'failed' as const,
    eventSeq: seq,
    stepsTotal: claimed.stepsTotal,
    stepsDone: claimed.stepsDone,
    stepsSucceeded: claimed.stepsSucceeded,
    costUsd: claimed.costUsd,
    unpricedCalls: claimed.unpricedCalls,
    output: null,
    error: JSON.stringify({ code: 'unreadable', message, cause }),
    finishedSeq: seq,
    stepsEndedAt: null,
    release: true,
  };
  await storage.commitProgress({ workerId, progress: [progress] });
}
