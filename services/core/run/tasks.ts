/** Tasks of a run that need no event from outside. */

import type { Template } from '../expression/template.ts';
import { makeReady } from './attempts.ts';
import { concludeRun, failRun } from './end-run.ts';
import { endStep } from './end-step.ts';
import { expandMap, moveMap } from './maps.ts';
import { addStep, type Evaluation, isOpen, readyAtMs, type RunState } from './run-state.ts';
import { type OutputValues, scopeOf } from './scope.ts';
import { toFailure } from './step-outcome.ts';
import { createStep, type StepState } from './step-state.ts';

/** With this many rows to commit, the orchestrator executes no more steps. Limits the work that a lost lease undoes. */
const ROWS_PER_COMMIT = 128;

/** A task of the orchestrator. */
export type Task =
  /** Fetch the outputs that the expressions read, then call `evaluate`. */
  | { type: 'evaluate'; evaluation: Evaluation }
  /** Execute the step. */
  | { type: 'execute'; step: StepState };

/**
 * Takes the run's next task, after all work that needs no expression. null = the run waits for an event or for its
 * commit. Started steps go first, so that their results are committed early.
 */
export function nextTask(run: RunState): Task | null {
  const { tasks } = run;
  while (run.phase === 'working') {
    if (run.failure) {
      failRun(run, run.failure);
      return null;
    }
    const evaluation = tasks.evaluations.shift();
    if (evaluation) return { type: 'evaluate', evaluation };
    if (tasks.executions.length > 0) {
      if (run.rows.steps.length >= ROWS_PER_COMMIT) return null;
      return { type: 'execute', step: tasks.executions.shift()! };
    }
    const turn = tasks.turns.shift();
    const [moved] = tasks.movedMaps;
    if (turn !== undefined) takeTurn(run, turn);
    else if (moved !== undefined) {
      tasks.movedMaps.delete(moved);
      moveMap(run, moved);
    } else if (run.readiness.open() === 0) {
      run.phase = 'ending';
      return { type: 'evaluate', evaluation: { type: 'conclude' } };
    } else return null;
  }
  return null;
}

/** Whether `nextTask` has work to do now. */
export function hasTasks(run: RunState): boolean {
  if (run.phase !== 'working') return false;
  const { evaluations, executions, turns, movedMaps } = run.tasks;
  return (
    run.failure !== null ||
    evaluations.length > 0 ||
    (executions.length > 0 && run.rows.steps.length < ROWS_PER_COMMIT) ||
    turns.length > 0 ||
    movedMaps.size > 0 ||
    run.readiness.open() === 0
  );
}

/** Begins a step: evaluates its condition, then starts it or expands its items. */
function takeTurn(run: RunState, index: number): void {
  const planned = run.plan.steps[index]!;
  const step = createStep(planned, { readyAtMs: readyAtMs(run, index) });
  addStep(run, step);
  const { condition, map } = planned;
  if (condition || map) run.tasks.evaluations.push({ type: 'prepare', step, condition });
  else makeReady(run, step);
}

/** The templates of an evaluation, which read outputs. */
export function templatesOf(run: RunState, evaluation: Evaluation): (Template | null)[] {
  switch (evaluation.type) {
    case 'prepare':
      return [evaluation.condition, evaluation.step.step.map?.over ?? null];
    case 'conclude':
      return [run.plan.output];
  }
}

/** @param outputs the outputs that the evaluation's templates read */
export function evaluate(run: RunState, evaluation: Evaluation, outputs: OutputValues): void {
  if (evaluation.type === 'conclude') concludeRun(run, outputs);
  else if (isOpen(run, evaluation.step)) prepare(run, evaluation.step, evaluation, outputs);
}

function prepare(
  run: RunState,
  step: StepState,
  { condition }: { condition: Template | null },
  outputs: OutputValues,
): void {
  const over = step.step.map?.over ?? null;
  const scope = scopeOf(run, [condition, over], outputs);
  const atMs = run.sources.now();
  try {
    if (condition && condition.evaluate(scope) !== true) {
      endStep(run, step, { status: 'skipped', atMs: run.sources.now() });
    } else if (over) expandMap(run, step, over.evaluate(scope), atMs);
    else makeReady(run, step);
  } catch (error) {
    endStep(run, step, { status: 'failed', error: toFailure(error), atMs: run.sources.now() });
  }
}
