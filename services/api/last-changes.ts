import { CHANGES, type Change } from '@aio/catalog/labels';
import { readLastChanges } from '@aio/platform/queries/last-changes';
import type { Queryable } from '@aio/platform/queryable';

/** The operation that makes each change, as the audit log names it. */
export const OPERATIONS: Readonly<Record<Change, string>> = {
  workflow_version: 'createWorkflowVersion',
  workflow_paused: 'pauseWorkflow',
  workflow_resumed: 'resumeWorkflow',
  lane_paused: 'pauseQueue',
  lane_resumed: 'resumeQueue',
  secret_set: 'putSecret',
  secret_deleted: 'deleteSecret',
  bulk_started: 'startBulk',
};

/** Time of the last change of each kind, in seconds since 1970; 0 = never. */
export async function collectLastChanges(
  db: Queryable,
): Promise<{ labels: { change: Change }; value: number }[]> {
  const at = await readLastChanges(db, Object.values(OPERATIONS));
  return CHANGES.map((change) => ({
    labels: { change },
    value: at.get(OPERATIONS[change]) ?? 0,
  }));
}
