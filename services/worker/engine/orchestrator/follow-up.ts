import type { ReadyStep, WantedRun } from '@aio/core/run/storage';
import type { Effect } from '@aio/core/run/run-state';
import { jobResource } from '@aio/core/run/jobs';
import { keyOf, type StepState } from '@aio/core/run/step-state';
import type { Aftermath } from '../aftermath.ts';
import type { Observer } from '../observer.ts';
import type { HeldRun } from './held-run.ts';

export interface FollowUpDeps {
  observer: Observer;
  aftermath: Aftermath;
  /** Sends jobs for the steps. The reconciler sends lost jobs again. */
  dispatchSteps: (steps: readonly ReadyStep[]) => void;
  /** The same for runs. */
  dispatchRuns: (runs: readonly WantedRun[]) => void;
  /** Notifies executors that have attempts of the run. */
  tellChanged: (runId: string) => void;
}

/** Carries out the effects of a commit. */
export function createFollowUp(
  deps: FollowUpDeps,
): (run: HeldRun, effects: readonly Effect[], nowMs: number) => void {
  let ready: ReadyStep[] = [];

  /** Collects the steps of all runs of a commit, and sends their jobs at once. */
  function dispatch(run: HeldRun, step: StepState): void {
    const { id: runId, workflowId, owner, traceparent, tracestate } = run.state.claim;
    ready.push({
      ...keyOf(step),
      traceparent,
      tracestate,
      runId,
      workflowId,
      owner,
      attempt: step.attempt + 1,
      lane: step.work.lane,
      crashes: step.crashes,
      ...jobResource(step.work),
    });
    if (ready.length > 1) return;
    queueMicrotask(() => {
      const steps = ready;
      ready = [];
      deps.dispatchSteps(steps);
    });
  }

  function perform(run: HeldRun, effect: Effect, nowMs: number): void {
    const { observer, aftermath } = deps;
    const { state } = run;
    const { id, epoch, workflowId, depth, traceparent, tracestate } = state.claim;
    switch (effect.type) {
      case 'dispatch':
        return dispatch(run, effect.step);
      case 'attemptStarted':
        return observer.attemptStarted(state, effect.step);
      case 'attemptFailed':
        return observer.attemptFailed(state, effect.step, effect.failure, effect.atMs);
      case 'attemptLost':
        return observer.attemptLost(state, effect.step, effect.atMs);
      case 'stepEnded':
        return observer.stepEnded(state, effect.step, effect.end);
      case 'laneStepsCancelled':
        return deps.tellChanged(id);
      case 'eventAwaited':
        return aftermath.eventAwaited(id);
      case 'childStarted':
        return deps.dispatchRuns([
          {
            runId: effect.child.id,
            epoch: 0,
            workflowId: effect.child.workflowId,
            traceparent: effect.child.traceparent,
            tracestate,
          },
        ]);
      case 'childrenLeft':
        return aftermath.childrenLeft(id);
      case 'look':
        return void run.catchUp();
      case 'released':
        deps.dispatchRuns([{ runId: id, epoch, workflowId, traceparent, tracestate }]);
        return run.drop('worker_stopping', 'The worker is stopping, so it released the run.');
      case 'runEnded':
        observer.runEnded(state, Math.max(nowMs, state.stepsEndedAtMs ?? nowMs));
        if (depth > 0) aftermath.childEnded(id);
        return run.drop('run_finished', 'The run is finished.');
    }
  }

  return (run, effects, nowMs) => {
    for (const effect of effects) perform(run, effect, nowMs);
  };
}
