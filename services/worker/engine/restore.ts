import { isStepTerminal } from '@aio/core/run/states';
import type { StepStatus } from '@aio/core/run/states';
import type { Plan } from '@aio/core/definition/compile';
import type { StoredStep } from '@aio/platform/queries/engine/load-run';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { addUnit, nextSeq, setDue, writeUnit } from './held-run.ts';
import { isPoison } from './outcome.ts';
import { itemFailure } from './settle.ts';
import { resumeMap, startAgain } from './start.ts';
import type { Unit } from './unit.ts';
import { createUnit, isMapUnit } from './unit.ts';

/** Statuses by index, for readiness; a step without a row is pending. */
export function storedStatuses(plan: Plan, stored: readonly StoredStep[]): StepStatus[] {
  const statuses: StepStatus[] = plan.steps.map(() => 'pending');
  for (const row of stored) {
    if (row.iteration === -1) statuses[plan.indexOf.get(row.step)!] = row.status;
  }
  return statuses;
}

/** Takes up a run where another worker left it, from its rows. */
export function restoreRun(deps: EngineDeps, run: HeldRun, stored: readonly StoredStep[]): void {
  const units: Unit[] = [];
  for (const row of stored) {
    if (isStepTerminal(row.status)) restoreEnd(run, row);
    else units.push(restoreUnit(run, row));
  }
  for (const unit of units) addUnit(run, unit);
  for (const unit of units) {
    if (unit.status === 'running' && !isMapUnit(unit)) loseAttempt(deps, run, unit);
  }
  for (const unit of units) {
    if (isMapUnit(unit)) resumeMap(deps, run, unit);
    // A map's items start when the map has been expanded again and knows what they are.
    else if (unit.status === 'ready' && unit.iteration === -1) startAgain(deps, run, unit);
  }
}

function restoreEnd(run: HeldRun, row: StoredStep): void {
  const index = run.plan.indexOf.get(row.step)!;
  if (row.iteration >= 0) {
    const items = run.endedItems.get(index) ?? { ended: new Set<number>(), failure: null };
    items.ended.add(row.iteration);
    const { onItemFailure } = run.plan.steps[index]!.map!;
    if (row.status === 'failed' && onItemFailure.mode !== 'continue') {
      items.failure ??= itemFailure(row.iteration, row.error!);
    }
    run.endedItems.set(index, items);
    return;
  }
  run.settled.set(index, { attempts: row.attempt, spanId: row.spanId, error: row.error });
  run.outputs.readerEnded(index);
  if (row.status === 'failed' && run.plan.steps[index]!.onFailure.mode !== 'continue') {
    run.failure ??= { ...row.error!, step: row.step };
  }
}

function restoreUnit(run: HeldRun, row: StoredStep): Unit {
  const step = run.plan.steps[run.plan.indexOf.get(row.step)!]!;
  const unit = createUnit(step, { iteration: row.iteration });
  unit.status = row.status;
  unit.attempt = row.attempt;
  unit.crashes = row.crashes;
  unit.spanId = row.spanId;
  unit.readyAtMs = row.readyAtMs;
  unit.startedAtMs = row.startedAtMs;
  if (row.status === 'waiting') {
    const { kind } = unit.work;
    unit.waitsFor = kind === 'delay' || kind === 'approval' ? kind : 'retry';
    // By the database's clock: a worker whose own clock is off waits just as long.
    const dueAt = row.dueAtMs === null ? null : performance.now() + (row.dueAtMs - run.claim.nowMs);
    setDue(run, unit, dueAt);
  }
  return unit;
}

/**
 * The attempt died with its worker: it is told and counted as that, and the unit starts again. The
 * attempt that makes it poison is its last one: no other follows, and the verdict is its end.
 */
function loseAttempt(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const error = { code: 'worker_lost', message: 'The worker that ran this attempt was lost.' };
  unit.crashes++;
  unit.status = 'ready';
  if (isPoison(unit)) return;
  const lost = { ...unit };
  run.draft.attempts.push({
    step: unit.step.id,
    iteration: unit.iteration,
    attempt: unit.attempt,
    status: 'worker_lost',
    error: JSON.stringify(error),
    usage: null,
    finishedSeq: nextSeq(run),
  });
  run.draft.committed.push((nowMs) => deps.observer.attemptLost(run, lost, nowMs));
  writeUnit(run, unit, { markReady: true });
  run.draft.committed.push((nowMs) => (unit.readyAtMs = nowMs));
}
