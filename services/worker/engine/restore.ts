import { isStepTerminal } from '@aio/core/run/states';
import type { StepKindName } from '@aio/core/definition/kinds/registry';
import type { StepStatus } from '@aio/core/run/states';
import type { Plan } from '@aio/core/definition/compile';
import type { StoredStep } from '@aio/platform/queries/engine/load-run';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { handOut } from './handed.ts';
import { addUnit, setDue, setSettled } from './held-run.ts';
import { loseAttempt } from './lose-attempt.ts';
import { itemFailure } from './settle.ts';
import { resumeMap, startAgain } from './start.ts';
import type { Unit, Wait } from './unit.ts';
import { createUnit, isMapUnit, unitKey } from './unit.ts';

/** Statuses by index, for readiness; a step without a row is pending. */
export function storedStatuses(plan: Plan, stored: readonly StoredStep[]): StepStatus[] {
  const statuses: StepStatus[] = plan.steps.map(() => 'pending');
  for (const row of stored) {
    if (row.iteration === -1) statuses[plan.indexOf.get(row.step)!] = row.status;
  }
  return statuses;
}

/**
 * Takes up a run where another worker left it, from its rows.
 * @param handed chunks of the units that other workers have, or (null) have told the end of, by key
 */
export function restoreRun(
  deps: EngineDeps,
  run: HeldRun,
  stored: readonly StoredStep[],
  handed: ReadonlyMap<number, string | null>,
): void {
  const units: Unit[] = [];
  for (const row of stored) {
    if (isStepTerminal(row.status)) restoreEnd(run, row);
    else units.push(restoreUnit(run, row));
  }
  for (const unit of units) {
    addUnit(run, unit);
    const chunkId = handed.get(unitKey(unit.step.index, unit.iteration));
    if (chunkId === undefined) continue;
    run.busy++;
    handOut(run, unit, chunkId, performance.now());
  }
  for (const unit of units) {
    if (unit.status === 'running' && !isMapUnit(unit) && !unit.handed) loseAttempt(deps, run, unit);
  }
  for (const unit of units) {
    if (isMapUnit(unit)) resumeMap(deps, run, unit);
    // A map's items start when the map has been expanded again and knows what they are.
    else if (unit.status === 'ready' && unit.iteration === -1 && !unit.handed) {
      startAgain(deps, run, unit);
    }
  }
}

function restoreEnd(run: HeldRun, row: StoredStep): void {
  const index = run.plan.indexOf.get(row.step)!;
  if (row.iteration >= 0) {
    run.endedItems ??= new Map();
    const items = run.endedItems.get(index) ?? {
      ended: new Set<number>(),
      endedAtMs: 0,
      failure: null,
    };
    items.ended.add(row.iteration);
    items.endedAtMs = Math.max(items.endedAtMs, row.finishedAtMs!);
    const { onItemFailure } = run.plan.steps[index]!.map!;
    if (row.status === 'failed' && onItemFailure.mode !== 'continue') {
      items.failure ??= itemFailure(row.iteration, row.error!);
    }
    run.endedItems.set(index, items);
    return;
  }
  setSettled(run, index, { attempts: row.attempt, spanId: row.spanId, error: row.error });
  run.outputs.readerEnded(index);
  if (row.status === 'failed' && run.plan.steps[index]!.onFailure.mode !== 'continue') {
    run.failure ??= { ...row.error!, step: row.step };
  }
}

function restoreUnit(run: HeldRun, row: StoredStep): Unit {
  const step = run.plan.steps[run.plan.indexOf.get(row.step)!]!;
  const unit = createUnit(step, { iteration: row.iteration });
  unit.status = row.status;
  unit.hasRow = true;
  unit.attempt = row.attempt;
  unit.crashes = row.crashes;
  unit.spanId = row.spanId;
  unit.approvalId = row.approvalId;
  // Of an attempt that is not over; what is written from now on is this worker's.
  if (row.status === 'running' && !isMapUnit(unit)) unit.workerId = row.workerId;
  unit.readyAtMs = row.readyAtMs;
  unit.startedAtMs = row.startedAtMs;
  if (row.status === 'waiting') {
    const { kind } = unit.work;
    unit.waitsFor = row.error === null ? waitOf(kind) : 'retry';
    // An attempt that comes to a wait of its own does nothing before it.
    unit.waitingSinceMs = row.attemptEndedAtMs ?? row.startedAtMs;
    setDue(run, unit, row.dueAtMs);
  }
  return unit;
}

/** What a step of this kind waits for that has not failed. */
function waitOf(kind: StepKindName): Wait {
  switch (kind) {
    case 'delay':
    case 'approval':
      return kind;
    case 'wait':
      return 'event';
    case 'workflow':
      return 'child';
    default:
      return 'retry';
  }
}
