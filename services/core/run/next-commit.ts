import { noRows, type RunProgress, type StepWrite } from './rows.ts';
import type { Effect, RunState } from './run-state.ts';
import { stepNumber, type StepState } from './step-state.ts';

/** Fields of a step's row that are not in its state. */
type Particulars = Partial<
  Pick<
    StepWrite,
    | 'output'
    | 'error'
    | 'usage'
    | 'dueAt'
    | 'finishedAt'
    | 'startedSeq'
    | 'waitingSeq'
    | 'finishedSeq'
  >
>;

/** Adds the step's current row to the next commit. */
export function writeStep(run: RunState, step: StepState, particulars: Particulars = {}): void {
  const { iteration, work, status } = step;
  const number = stepNumber(step.step.index, iteration);
  const before = run.written.get(number);
  const write: StepWrite = {
    step: step.step.id,
    iteration,
    kind: iteration === -1 ? step.step.kind : work.kind,
    lane: iteration === -1 ? step.step.lane : work.lane,
    status,
    attempt: step.attempt,
    crashes: step.crashes,
    item: status === 'ready' && iteration >= 0 ? JSON.stringify(step.item ?? null) : null,
    output: particulars.output ?? null,
    error: particulars.error ?? null,
    usage: particulars.usage ?? null,
    workerId: step.workerId,
    spanId: step.spanId,
    dueAt: particulars.dueAt ?? null,
    readyAt: step.readyAtMs,
    startedAt: step.startedAtMs,
    finishedAt: particulars.finishedAt ?? null,
    startedSeq: particulars.startedSeq ?? before?.startedSeq ?? null,
    waitingSeq: particulars.waitingSeq ?? before?.waitingSeq ?? null,
    finishedSeq: particulars.finishedSeq ?? null,
  };
  if (before) Object.assign(before, write);
  else {
    run.written.set(number, write);
    run.rows.steps.push(write);
  }
}

/** Whether there is something to commit. */
export function hasChanges({ rows, effects }: RunState): boolean {
  return effects.length > 0 || rows.steps.length > 0 || rows.applied.length > 0;
}

/** Takes the rows to commit, and the effects that follow. */
export function takeChanges(run: RunState): { progress: RunProgress; effects: Effect[] } {
  const { claim, rows, effects } = run;
  run.rows = noRows();
  run.effects = [];
  run.written = new Map();
  const progress: RunProgress = {
    ...rows,
    runId: claim.id,
    epoch: claim.epoch,
    status: run.status,
    eventSeq: run.eventSeq,
    stepsTotal: run.stepsTotal,
    stepsDone: run.stepsDone,
    stepsSucceeded: run.stepsSucceeded,
    costUsd: run.costUsd,
    unpricedCalls: run.unpricedCalls,
    output: run.output,
    error: run.finishedSeq !== null && run.failure ? JSON.stringify(run.failure) : null,
    finishedSeq: run.finishedSeq,
    stepsEndedAt: run.stepsEndedAtMs,
    release: run.release,
  };
  return { progress, effects };
}
