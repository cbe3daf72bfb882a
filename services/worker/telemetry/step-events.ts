import type { RunState } from '@aio/core/run/run-state';
import { isInLane, type StepEnd, type StepState } from '@aio/core/run/step-state';
import { logEvent } from '@aio/runtime/log-event';
import type { Observer } from '../engine/observer.ts';
import { errorTypeOf, fieldsOf, kindOf, outcomeOf, stepError } from './describe-work.ts';
import type { Signals } from './signals.ts';

/** Records the ends of steps, and the lines of their own logs. */
export function observeSteps(signals: Signals): Pick<Observer, 'stepEnded' | 'stepLogged'> {
  const { metrics, spans, log } = signals;
  return {
    stepEnded(run, step, end) {
      metrics.stepsFinished.inc({ kind: kindOf(step), status: end.status });
      if (end.error?.code === 'poison') {
        metrics.poisonSteps.inc();
        spans.jobLost(run, step, end.atMs);
      }
      if (end.status === 'cancelled' && isInLane(step) && step.waitingSinceMs === null)
        spans.attemptQueued(run, step, hasStarted(step) ? step.startedAtMs! : end.atMs);
      if (step.attempt > 0) spans.waitEnded(run, step, end.atMs, end);
      if (end.endsAttempt && step.attempt > 0 && step.startedAtMs !== null)
        countLastAttempt(signals, run, step, end);
      spans.stepEnded(run, step, end);
      if (end.status === 'failed') {
        logEvent(log, 'stepFailed', { ...fieldsOf(run.claim, step), error: stepError(end.error) });
      }
    },

    stepLogged(run, step, severity, message, fields) {
      const said = { ...fields, ...fieldsOf(run, step) };
      logEvent(log, 'stepLogged', said, { severity, message });
    },
  };
}

/** Counts the attempt that ended with its step. The executor records the time of a cancelled one. */
function countLastAttempt(
  { metrics, attempts }: Signals,
  run: RunState,
  step: StepState,
  end: StepEnd,
): void {
  if (end.status === 'cancelled' && isInLane(step)) {
    metrics.stepAttempts.inc({ kind: kindOf(step), outcome: 'cancelled' });
    return;
  }
  attempts.ended(run, step, {
    outcome: outcomeOf(end),
    endedAtMs: end.atMs,
    errorType: errorTypeOf(end),
  });
}

/** Whether the latest attempt started: an earlier attempt started before this one was ready. */
function hasStarted({ readyAtMs, startedAtMs }: StepState): boolean {
  return startedAtMs !== null && startedAtMs >= (readyAtMs ?? 0);
}
