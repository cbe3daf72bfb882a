import type { ChangedRun } from '@aio/core/run/storage';
import type { ChangePublisher } from './run-changes.ts';
import type { WorkQueues } from './work-queues.ts';

/**
 * Publishes that runs changed, to the workers and APIs that hold or show them, and sends a job for each run that no
 * worker holds. Never rejects: heartbeats and the reconciler make up for lost messages.
 */
export type Announce = (runs: readonly ChangedRun[]) => Promise<void>;

export function createAnnouncer(deps: {
  queues: Pick<WorkQueues, 'addRuns'>;
  changes: Pick<ChangePublisher, 'publish'>;
}): Announce {
  return async (runs) => {
    const unheld = runs.filter(({ workerId }) => workerId === null);
    await Promise.all([
      deps.queues.addRuns(unheld),
      ...runs.map(({ runId }) => deps.changes.publish(runId)),
    ]);
  };
}
