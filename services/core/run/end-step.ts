import type { Failure } from '../errors.ts';
import { KEPT_OUTPUT_CHARS } from './kept-outputs.ts';
import { toReadableJson } from './output-text.ts';
import type { Decisions } from './readiness.ts';
import type { Moment } from './rows.ts';
import { writeStep } from './next-commit.ts';
import { addCost, nextSeq, readyAtMs, removeStep, type RunState, setDue } from './run-state.ts';
import { REJECTED } from './step-outcome.ts';
import { createStep, isAttempting, keyOf, type StepEnd, type StepState } from './step-state.ts';

/** Most steps share this object, since a run may have thousands. */
const ENDED_AT_FIRST_ATTEMPT: RunState['ended'][number] = { attempt: 1, spanId: null, error: null };

/**
 * Records a step's end and its consequences: writes downstream skips at once, and leaves the steps
 * that can start in `run.tasks`.
 */
export function endStep(run: RunState, step: StepState, given: StepEnd): void {
  const atMs = Math.max(given.atMs, step.startedAtMs ?? step.readyAtMs ?? 0);
  const end = { ...given, atMs, endsAttempt: isAttempting(step) };
  step.status = end.status;
  withdrawRequests(run, step);
  endWait(run, step);
  setDue(run, step, null);
  removeStep(run, step);
  countEnd(run, end.atMs);
  if (step.iteration === -1 && end.status === 'succeeded') run.stepsSucceeded++;
  addCost(run, end.usage);
  writeStep(run, step, {
    output: end.output?.text ?? null,
    error: end.error ? JSON.stringify(end.error) : null,
    usage: end.usage ? toReadableJson(end.usage) : null,
    finishedAt: end.atMs,
    finishedSeq: nextSeq(run),
  });
  run.effects.push({ type: 'stepEnded', step, end });
  if (step.iteration === -1) settleStep(run, step, end);
  else settleItem(run, step, end);
}

/** Ends the step's wait, and withdraws its request. */
export function endWait(run: RunState, step: StepState): void {
  const { waitsFor } = step;
  step.waitsFor = null;
  if (waitsFor === 'approval' || waitsFor === 'event') run.rows.unasked.push(keyOf(step));
  if (waitsFor === 'child') run.effects.push({ type: 'childrenLeft' });
}

/** Removes the step's uncommitted requests. */
function withdrawRequests({ rows }: RunState, { step, iteration }: StepState): void {
  for (const list of ['approvals', 'waits', 'children'] as const) {
    const isOther = (row: { step: string; iteration: number }) =>
      row.step !== step.id || row.iteration !== iteration;
    if (rows[list].length > 0) Object.assign(rows, { [list]: rows[list].filter(isOther) });
  }
}

function settleStep(run: RunState, step: StepState, end: StepEnd): void {
  const { index } = step.step;
  run.endedAtMs[index] = end.atMs;
  const { output, error = null } = end;
  if (output && 'value' in output && output.chars <= KEPT_OUTPUT_CHARS)
    run.outputs.keep(index, output.value);
  keepEnd(run, index, { attempt: step.attempt, spanId: step.spanId, error });
  run.outputs.readerEnded(index);
  if (end.status === 'failed' && step.step.onFailure !== 'continue') {
    run.failure ??= { ...error!, step: step.step.id };
    return;
  }
  if (run.phase === 'working') follow(run, run.readiness.settle(index, end.status));
}

function settleItem(run: RunState, step: StepState, end: StepEnd): void {
  const { index } = step.step;
  const map = run.maps.get(index);
  if (!map) return;
  map.running--;
  map.open--;
  map.movedAtMs = Math.max(map.movedAtMs, end.atMs);
  if (step.iteration >= map.next) map.ended.add(step.iteration);
  const { onItemFailure } = step.step.map!;
  if (end.status === 'failed' && onItemFailure !== 'continue') {
    map.failure ??= itemFailure(step.iteration, end.error!);
  }
  run.tasks.movedMaps.add(index);
}

/** The failure of a map whose item failed. */
export function itemFailure(item: number, error: Failure): Failure {
  return {
    code: error.code === REJECTED ? REJECTED : 'item_failed',
    message: `Item ${item} failed: ${error.message}`,
    item,
    cause: error,
  };
}

/** Keeps what expressions and span links need of an ended step. */
export function keepEnd(
  run: RunState,
  index: number,
  facts: NonNullable<RunState['ended'][number]>,
): void {
  const isUsual = facts.attempt === 1 && facts.spanId === null && facts.error === null;
  run.ended[index] = isUsual ? ENDED_AT_FIRST_ATTEMPT : facts;
}

/** Applies the decisions of readiness. */
export function follow(run: RunState, decisions: Decisions): void {
  for (const index of decisions.skip) {
    writeUnbegun(run, index, { status: 'skipped', atMs: readyAtMs(run, index) });
    run.outputs.readerEnded(index);
  }
  run.tasks.turns.push(...decisions.run);
}

/** Ends a step that never started. A finished run has a row for each step. */
export function writeUnbegun(
  run: RunState,
  index: number,
  end: { status: 'skipped' | 'cancelled'; atMs: Moment },
): void {
  const step = createStep(run.plan.steps[index]!);
  step.status = end.status;
  run.endedAtMs[index] = end.atMs;
  countEnd(run, end.atMs);
  writeStep(run, step, { finishedAt: end.atMs, finishedSeq: nextSeq(run) });
  run.effects.push({ type: 'stepEnded', step, end: { ...end, endsAttempt: false } });
}

function countEnd(run: RunState, atMs: Moment): void {
  run.stepsDone++;
  run.stepsEndedAtMs = Math.max(atMs, run.stepsEndedAtMs ?? atMs);
}
