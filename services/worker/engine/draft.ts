import type {
  ApprovalRequest,
  AttemptLog,
  EndedAttempt,
  RunProgress,
  StepWrite,
} from '@aio/platform/queries/engine/commit-progress';

/** What is to be written of one run at the next commit, and who waits for that. */
export interface Draft {
  steps: Map<string, StepWrite>;
  attempts: EndedAttempt[];
  logs: AttemptLog[];
  approvals: ApprovalRequest[];
  /** Called with the database's time of the commit, in the order they were added. */
  committed: ((nowMs: number) => void)[];
}

export function createDraft(): Draft {
  return { steps: new Map(), attempts: [], logs: [], approvals: [], committed: [] };
}

export function isEmpty(draft: Draft): boolean {
  return draft.steps.size + draft.attempts.length + draft.committed.length === 0;
}

/** Adds a row's new state; two states of one row in one commit become one row with both marks. */
export function writeStep(draft: Draft, write: StepWrite): void {
  const key = `${write.step} ${write.iteration}`;
  const before = draft.steps.get(key);
  draft.steps.set(
    key,
    before
      ? {
          ...write,
          markReady: before.markReady || write.markReady,
          markStarted: before.markStarted || write.markStarted,
          startedSeq: write.startedSeq ?? before.startedSeq,
          waitingSeq: write.waitingSeq ?? before.waitingSeq,
        }
      : write,
  );
}

/**
 * What is left of a draft that the database refused, under what came after it: every row, none of the
 * results, one of which is the reason. A step that had succeeded has failed.
 */
export function withoutResults(refused: Draft, next: Draft, error: string): Draft {
  const steps: Draft['steps'] = new Map();
  const draft = { ...next, steps, approvals: [] };
  for (const write of refused.steps.values()) {
    const lostIts = write.status === 'succeeded' || write.status === 'failed';
    writeStep(draft, {
      ...write,
      status: lostIts ? 'failed' : write.status,
      error: lostIts ? error : null,
      resolution: null,
      output: null,
      usage: null,
      dueInMs: null,
    });
  }
  for (const write of next.steps.values()) writeStep(draft, write);
  return draft;
}

/** Where the run as a whole stands at a commit. */
export type RunPosition = Omit<RunProgress, 'steps' | 'attempts' | 'logs' | 'approvals'>;

export function toProgress(position: RunPosition, draft: Draft): RunProgress {
  return {
    ...position,
    steps: [...draft.steps.values()],
    attempts: draft.attempts,
    logs: draft.logs,
    approvals: draft.approvals,
  };
}
