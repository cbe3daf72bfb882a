import type { Plan } from '@aio/core/definition/compile';
import { loadHanded, loadTold } from '@aio/platform/queries/engine/chunks';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import type { StepKey } from '@aio/platform/queries/engine/step-changes';
import { loadInbox, loadSteps } from '@aio/platform/queries/engine/load-run';
import type { Inbox, StoredStep } from '@aio/platform/queries/engine/load-run';
import type { Queryable } from '@aio/platform/queryable';
import type { Plans } from './plans.ts';
import { unitKey } from './unit.ts';

/** What a run that was just claimed is taken up from. */
export interface LoadedRun {
  plan: Plan;
  /** Number of the workflow's version. */
  version: number;
  stored: StoredStep[];
  /** Chunks of the units that other workers have, or (null) have told of, by key. */
  handed: ReadonlyMap<number, string | null>;
  /** null = nobody has worked it before. */
  inbox: Inbox | null;
}

export async function loadRun(
  db: Queryable,
  plans: Plans,
  { id, workflowVersionId, resumed }: ClaimedRun,
): Promise<LoadedRun> {
  if (!resumed) {
    const plan = await plans.get(workflowVersionId);
    const version = await plans.numberOf(workflowVersionId);
    return { plan, version, stored: [], handed: new Map(), inbox: null };
  }
  const [plan, version, stored, rows] = await Promise.all([
    plans.get(workflowVersionId),
    plans.numberOf(workflowVersionId),
    loadSteps(db, id),
    loadHanded(db, id),
  ]);
  // After the rows: a step whose row is gone has left its message by now. The inbox may not hold all.
  const [inbox, told] = await Promise.all([loadInbox(db, id, []), loadTold(db, id)]);
  const keyOf = ({ step, iteration }: StepKey) => unitKey(plan.indexOf.get(step)!, iteration);
  const handed = new Map<number, string | null>(told.map((one) => [keyOf(one), null]));
  for (const row of rows) handed.set(keyOf(row), row.chunkId);
  return { plan, version, stored, handed, inbox };
}
