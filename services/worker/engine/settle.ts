import type { Failure } from '@aio/core/errors';
import { toReadableJson } from '@aio/core/run/output';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import type { StepKey } from '@aio/platform/queries/engine/step-changes';
import { addTo, withdrawRequests } from './draft.ts';
import { nextSeq, readyAtMs, removeUnit, setDue, setSettled, writeUnit } from './held-run.ts';
import type { Unit, UnitEnd } from './unit.ts';
import { createUnit } from './unit.ts';

/**
 * Records a unit's end and what follows from it: skips below it are written at once, steps whose turn
 * has come are left in `run.turns` for `advance`.
 */
export function closeUnit(deps: EngineDeps, run: HeldRun, unit: Unit, given: UnitEnd): void {
  const end = { ...given, atMs: Math.max(given.atMs, unit.startedAtMs ?? unit.readyAtMs ?? 0) };
  unit.status = end.status;
  withdrawRequests(run.draft, keyOf(unit));
  endWait(deps, run, unit);
  flushMessages(run, unit);
  setDue(run, unit, null);
  removeUnit(run, unit);
  countEnd(run, end.atMs);
  writeUnit(run, unit, {
    resolution: end.resolution ?? null,
    output: end.output?.text ?? null,
    error: end.error ? JSON.stringify(end.error) : null,
    usage: end.usage ? toReadableJson(end.usage) : null,
    finishedAt: end.atMs,
    finishedSeq: nextSeq(run),
  });
  run.draft.committed.push(() => deps.observer.unitEnded(run, unit, end));
  if (unit.iteration === -1) closeStep(deps, run, unit, end);
  else closeItem(run, unit, end);
}

function countEnd(run: HeldRun, atMs: number): void {
  run.stepsDone++;
  run.stepsEndedAtMs = Math.max(atMs, run.stepsEndedAtMs ?? atMs);
}

/** Nobody is asked any more, and what the unit waited for is of no use. */
export function endWait(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const { waitsFor } = unit;
  unit.waitsFor = null;
  if (waitsFor === 'approval' || waitsFor === 'event') addTo(run.draft, 'unasked', keyOf(unit));
  if (waitsFor === 'child') run.draft.committed.push(() => deps.childrenLeft(run.claim.id));
}

/** What the messages brought about is in the draft: its commit deletes them. */
export function flushMessages(run: HeldRun, unit: Unit): void {
  if (unit.messages.length === 0) return;
  for (const message of unit.messages.splice(0)) addTo(run.draft, 'taken', { message });
}

export function keyOf(unit: Unit): StepKey {
  return { step: unit.step.id, iteration: unit.iteration };
}

function closeStep(deps: EngineDeps, run: HeldRun, unit: Unit, end: UnitEnd): void {
  const { index } = unit.step;
  run.endedAtMs[index] = end.atMs;
  if (end.output) run.outputs.keep(index, end.output.value, end.output.text.length);
  const { attempt: attempts, spanId } = unit;
  setSettled(run, index, { attempts, spanId, error: end.error ?? null });
  run.outputs.readerEnded(index);
  // A fallback that cannot be made is a failure too.
  if (end.status === 'failed' && unit.step.onFailure.mode !== 'continue') {
    run.failure ??= { ...end.error!, step: unit.step.id };
    return;
  }
  if (run.phase !== 'ending') follow(deps, run, run.readiness.settle(index, end.status));
}

/** Takes up what readiness decided. */
export function follow(
  deps: EngineDeps,
  run: HeldRun,
  decisions: { run: readonly number[]; skip: readonly number[] },
): void {
  for (const step of decisions.skip) {
    writeUnbegun(deps, run, step, { status: 'skipped', atMs: readyAtMs(run, step) });
    run.outputs.readerEnded(step);
  }
  run.turns.push(...decisions.run);
}

/** Ends a step that never began; a finished run has a row for each. */
export function writeUnbegun(
  deps: EngineDeps,
  run: HeldRun,
  index: number,
  end: { status: 'skipped' | 'cancelled'; atMs: number },
): void {
  const unit = createUnit(run.plan.steps[index]!);
  unit.status = end.status;
  run.endedAtMs[index] = end.atMs;
  countEnd(run, end.atMs);
  writeUnit(run, unit, { finishedAt: end.atMs, finishedSeq: nextSeq(run) });
  run.draft.committed.push(() => deps.observer.unitEnded(run, unit, end));
}

function closeItem(run: HeldRun, unit: Unit, end: UnitEnd): void {
  const map = run.maps.get(unit.step.index);
  if (!map) return;
  map.running--;
  map.open--;
  map.movedAtMs = Math.max(map.movedAtMs, end.atMs);
  if (unit.iteration >= map.next) map.ended.add(unit.iteration);
  const { onItemFailure } = unit.step.map!;
  if (end.status === 'failed' && onItemFailure.mode !== 'continue') {
    map.failure ??= itemFailure(unit.iteration, end.error!);
  }
  run.movedMaps.add(unit.step.index);
}

/** Why a map fails of which this item has failed. */
export function itemFailure(item: number, error: Failure): Failure {
  return {
    code: 'item_failed',
    message: `Item ${item} failed: ${error.message}`,
    item,
    cause: error,
  };
}
