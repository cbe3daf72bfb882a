import { parkIfIdle } from './park.ts';
import type { RunProgress } from '@aio/platform/queries/engine/commit-statement';
import { isAtOnce, type StepWrite } from '@aio/platform/queries/engine/step-changes';
import type { Committable } from './committer.ts';
import type { Draft } from './draft.ts';
import { createDraft, isEmpty, withoutResults } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { failRun } from './finish.ts';
import { readInbox } from './inbox.ts';
import type { HeldRun } from './held-run.ts';
import { loseRun } from './leave.ts';
import { goOn, hasWork } from './work.ts';

const NOT_STORABLE = {
  code: 'not_storable',
  message: 'The database refused the results of the run.',
};

/** What came after the refused results may be refused as well. */
const REFUSALS = 2;

/** The run as the committer sees it. */
export function createCommittable(deps: EngineDeps, run: HeldRun): Committable {
  let refusals = 0;
  return {
    fresh() {
      if (run.freshSince === null || run.phase === 'over') return null;
      const { createdAtMs, deadlineAtMs } = run.claim;
      const timeoutMs = deadlineAtMs === null ? null : deadlineAtMs - createdAtMs;
      return { since: run.freshSince, as: { ...run.claim, timeoutMs } };
    },
    begun({ nowMs, createdAtMs }) {
      const loadMs = performance.now() - run.freshSince!;
      run.freshSince = null;
      Object.assign(run.claim, { createdAtMs, nowMs: nowMs - loadMs });
      deps.observer.runClaimed(run, loadMs, 'fresh');
      deps.begun(run.claim.id);
    },
    takeProgress() {
      const { draft } = run;
      if (run.phase === 'over' || isEmpty(draft)) return null;
      run.inFlight = draft;
      run.draft = createDraft();
      // While this is written, the next of a large run gathers.
      if (hasWork(run)) goOn(deps, run);
      return progressOf(run, draft);
    },
    progressCommitted(nowMs: number, signal: number) {
      const { committed, taken } = run.inFlight!;
      run.inFlight = null;
      for (const { message } of taken) run.takenMessages.delete(message);
      for (const tell of committed) tell(nowMs);
      if (run.phase !== 'working') return;
      if (signal <= run.signalSeen) void parkIfIdle(deps, run);
      else void readInbox(deps, run);
    },
    leaseLost: () => loseRun(deps, run),
    progressRefused(error: unknown) {
      const taken = run.inFlight!;
      run.inFlight = null;
      deps.observer.troubled('storing progress', error);
      if (run.phase === 'over') return;
      if (++refusals > REFUSALS) return loseRun(deps, run);
      run.draft = withoutResults(taken, run.draft, JSON.stringify(NOT_STORABLE));
      failRun(deps, run, NOT_STORABLE);
    },
  };
}

function progressOf(run: HeldRun, draft: Draft): RunProgress {
  const newSteps: StepWrite[] = [];
  const stepsAtOnce: StepWrite[] = [];
  const steps: StepWrite[] = [];
  for (const [unit, write] of draft.steps) {
    if (unit.hasRow) steps.push(write);
    else if (isAtOnce(write)) stepsAtOnce.push(write);
    else newSteps.push(write);
    unit.hasRow = true;
  }
  return {
    runId: run.claim.id,
    epoch: run.claim.epoch,
    status: run.status,
    eventSeq: run.eventSeq,
    stepsTotal: run.stepsTotal,
    stepsDone: run.stepsDone,
    output: run.output,
    error: run.finishedSeq !== null && run.failure ? JSON.stringify(run.failure) : null,
    finishedSeq: run.finishedSeq,
    stepsEndedAt: run.stepsEndedAtMs,
    release: run.release,
    newSteps,
    stepsAtOnce,
    steps,
    attempts: draft.attempts,
    logs: draft.logs,
    approvals: draft.approvals,
    waits: draft.waits,
    children: draft.children,
    chunks: draft.chunks,
    offers: draft.offers,
    revoked: draft.revoked,
    unasked: draft.unasked,
    taken: draft.taken,
  };
}
