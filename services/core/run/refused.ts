import type { RunProgress, RunRows, StepWrite } from './rows.ts';
import type { RunState } from './run-state.ts';
import { stepNumber } from './step-state.ts';

/**
 * Undoes a commit whose content the database refused. The next commit writes its rows again, merged with later
 * changes, but without results, because one of them is the reason. Steps that had ended with a result fail.
 * @param error JSON text of the failure
 */
export function takeBackRefused(run: RunState, refused: RunProgress, error: string): void {
  const later = run.rows;
  const steps = new Map<string, StepWrite>();
  for (const write of refused.steps) steps.set(nameOf(write), withoutResult(write, error));
  for (const write of later.steps) {
    const before = steps.get(nameOf(write));
    // A step that started after the refused results may have used them.
    const isMadeOfThem = before === undefined && write.startedSeq !== null;
    const kept = isMadeOfThem ? withoutResult(write, error) : write;
    steps.set(nameOf(write), {
      ...kept,
      startedSeq: kept.startedSeq ?? before?.startedSeq ?? null,
      waitingSeq: kept.waitingSeq ?? before?.waitingSeq ?? null,
    });
  }
  const rows: RunRows = {
    ...later,
    steps: [...steps.values()],
    attempts: [...refused.attempts, ...later.attempts],
    unasked: [...refused.unasked, ...later.unasked],
    applied: [...refused.applied, ...later.applied],
    approvals: [],
    waits: [],
    children: [],
    logs: [],
  };
  run.rows = rows;
  run.written = new Map(
    rows.steps.map((write) => [
      stepNumber(run.plan.indexOf.get(write.step)!, write.iteration),
      write,
    ]),
  );
}

function nameOf({ step, iteration }: StepWrite): string {
  return `${step} ${iteration}`;
}

function withoutResult(write: StepWrite, error: string): StepWrite {
  const hasEnded = write.status === 'succeeded' || write.status === 'failed';
  return {
    ...write,
    status: hasEnded ? 'failed' : write.status,
    error: hasEnded ? error : null,
    item: null,
    output: null,
    usage: null,
    dueAt: null,
  };
}
