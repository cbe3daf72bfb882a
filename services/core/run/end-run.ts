import type { Failure } from '../errors.ts';
import { endStep, keepEnd, writeUnbegun } from './end-step.ts';
import { toOutputText } from './output-text.ts';
import { nextSeq, type RunState } from './run-state.ts';
import { type OutputValues, scopeOf } from './scope.ts';
import { toFailure } from './step-outcome.ts';
import { isInLane } from './step-state.ts';

/** Ends a run whose steps have all ended. The run fails only if its output cannot be evaluated. */
export function concludeRun(run: RunState, outputs: OutputValues): void {
  const template = run.plan.output;
  try {
    const value = template?.evaluate(scopeOf(run, [template], outputs)) ?? null;
    run.output = toOutputText(value);
    endRun(run, 'succeeded');
  } catch (error) {
    const cause = toFailure(error);
    const message = `The run's output cannot be evaluated: ${cause.message}`;
    failRun(run, { code: 'output_failed', message, cause });
  }
}

/** Fails the run: aborts its running steps, and starts no others. */
export function failRun(run: RunState, failure: Failure): void {
  run.phase = 'ending';
  run.failure = failure;
  run.output = null;
  const atMs = run.sources.now();
  if ([...run.open.values()].some(isInLane)) run.effects.push({ type: 'laneStepsCancelled' });
  for (const step of run.open.values()) endStep(run, step, { status: 'cancelled', atMs });
  for (const step of run.plan.steps) {
    if (run.readiness.status(step.index) !== 'pending' || run.ended[step.index]) continue;
    keepEnd(run, step.index, { attempt: 0, spanId: null, error: null });
    writeUnbegun(run, step.index, { status: 'cancelled', atMs });
  }
  // Items that never started have no rows, and do not count as steps of the run.
  run.stepsTotal = run.stepsDone;
  endRun(run, 'failed');
}

function endRun(run: RunState, status: 'succeeded' | 'failed'): void {
  run.phase = 'ending';
  run.status = status;
  run.finishedSeq = nextSeq(run);
  run.release = true;
  run.effects.push({ type: 'runEnded' });
}

/** Releases the run with its next commit. The next worker continues from its rows. */
export function releaseRun(run: RunState): void {
  if (run.phase === 'over' || run.finishedSeq !== null) return;
  run.phase = 'ending';
  run.release = true;
  run.effects.push({ type: 'released' });
}
