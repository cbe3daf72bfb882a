import { AioError } from '@aio/core/errors';
import type { Failure } from '@aio/core/errors';
import { toOutputText } from '@aio/core/run/output';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import { NO_CHANGES } from '@aio/platform/queries/engine/step-changes';
import { commitProgress } from '@aio/platform/queries/engine/commit-progress';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { nextSeq, setSettled } from './held-run.ts';
import { leaveRun, stopUnit } from './leave.ts';
import { toFailure } from './outcome.ts';
import type { OutputValues } from './scope.ts';
import { scopeOf, withOutputs } from './scope.ts';
import { closeUnit, writeUnbegun } from './settle.ts';

/** Every step is settled: the run's output decides how it ends. */
export function concludeRun(deps: EngineDeps, run: HeldRun): void {
  const template = run.plan.output;
  run.busy++;
  run.phase = 'ending';
  const conclude = (outputs: OutputValues) => {
    run.busy--;
    if (run.phase !== 'ending') return;
    try {
      const value = template?.evaluate(scopeOf(run, [template], outputs)) ?? null;
      run.output = toOutputText(value);
      endRun(deps, run, 'succeeded');
    } catch (error) {
      const cause = toFailure(error);
      run.failure = {
        code: 'output_failed',
        message: `The run's output cannot be made: ${cause.message}`,
        cause,
      };
      endRun(deps, run, 'failed');
    }
  };
  withOutputs(deps, run, [template], conclude, (failure) => {
    if (run.phase === 'ending') failRun(deps, run, failure);
  });
}

/** Nothing new starts, what runs is aborted, and the run has failed. */
export function failRun(deps: EngineDeps, run: HeldRun, failure: Failure): void {
  run.phase = 'ending';
  run.failure = failure;
  run.output = null;
  const reason = new AioError('cancelled', 'The run has failed.');
  const atMs = deps.clock.now();
  for (const unit of run.units.values()) {
    stopUnit(deps, run, unit, reason);
    closeUnit(deps, run, unit, { status: 'cancelled', atMs });
  }
  for (const step of run.plan.steps) {
    if (run.readiness.status(step.index) !== 'pending' || run.settled[step.index]) continue;
    setSettled(run, step.index, { attempts: 0, spanId: null, error: null });
    writeUnbegun(deps, run, step.index, { status: 'cancelled', atMs });
  }
  endRun(deps, run, 'failed');
}

function endRun(deps: EngineDeps, run: HeldRun, status: 'succeeded' | 'failed'): void {
  if (run.timer) clearTimeout(run.timer);
  run.status = status;
  run.finishedSeq = nextSeq(run);
  run.release = true;
  run.draft.committed.push((nowMs) => {
    // It ended before, otherwise: the database refused that, and this is told for both.
    if (run.phase === 'over') return;
    deps.observer.runEnded(run, Math.max(nowMs, run.stepsEndedAtMs ?? nowMs));
    if (run.claim.depth > 0) deps.childEnded(run.claim.id);
    leaveRun(deps, run, 'run_finished', 'The run is finished.');
  });
  deps.commit(run);
}

/** Ends a run that cannot even be read: its definition is of a version that this code does not know. */
export async function failUnopened(
  deps: EngineDeps,
  claim: ClaimedRun,
  leaseMs: number,
  error: unknown,
): Promise<void> {
  const cause = toFailure(error);
  const failure = {
    code: 'unreadable',
    message: `The run cannot be worked: ${cause.message}`,
    cause,
  };
  await commitProgress(deps.db, {
    workerId: deps.workerId,
    leaseMs,
    progress: [
      {
        runId: claim.id,
        epoch: claim.epoch,
        status: 'failed',
        eventSeq: claim.eventSeq + 1,
        stepsTotal: claim.stepsTotal,
        stepsDone: claim.stepsDone,
        output: null,
        error: JSON.stringify(failure),
        finishedSeq: claim.eventSeq + 1,
        stepsEndedAt: null,
        release: true,
        ...NO_CHANGES,
      },
    ],
  });
}
