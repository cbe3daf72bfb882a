import type { StepCall, StepLog } from '../steps/step-kind.ts';
import type { Abortable } from './abortable.ts';
import type { Observer, TracedRun, TracedUnit } from './observer.ts';

/** What a kind is given for one attempt, in whichever worker it is executed. */
export function createCall(
  observer: Observer,
  run: TracedRun,
  unit: TracedUnit,
  given: unknown,
  abortable: Abortable,
  log: StepLog,
): StepCall {
  const { id: runId, workflowName, depth } = run.claim;
  return {
    runId,
    workflow: workflowName,
    step: unit.step.id,
    iteration: unit.iteration === -1 ? null : unit.iteration,
    attempt: unit.attempt,
    depth,
    idempotencyKey: `${runId}-${unit.step.id}-${unit.iteration}`,
    with: given,
    get signal() {
      return abortable.signal;
    },
    log,
    trace: observer.attemptContext(run, unit),
  };
}
