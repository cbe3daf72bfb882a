import type { StepChanges, StepKey, StepWrite } from '@aio/platform/queries/engine/step-changes';
import type { Unit } from './unit.ts';

type Lists = Omit<StepChanges, 'steps' | 'newSteps' | 'stepsAtOnce'>;

/** What is to be written of one run at the next commit, and who waits for that. */
export interface Draft extends Lists {
  /** By the unit whose row it is. */
  steps: Map<Unit, StepWrite>;
  /** Called with the database's time of the commit, in the order they were added. */
  committed: ((nowMs: number) => void)[];
}

/** Most drafts have nothing but steps, and a chain makes one for each of its steps. */
const NONE: readonly never[] = Object.freeze([]);

export function createDraft(): Draft {
  return {
    steps: new Map(),
    attempts: NONE,
    logs: NONE,
    approvals: NONE,
    waits: NONE,
    children: NONE,
    chunks: NONE,
    offers: NONE,
    revoked: NONE,
    unasked: NONE,
    taken: NONE,
    committed: [],
  };
}

export function addTo<List extends keyof Lists>(
  draft: Draft,
  list: List,
  row: Lists[List][number],
): void {
  const rows: readonly unknown[] = draft[list];
  if (rows === NONE) draft[list] = [row] as readonly unknown[] as Draft[List];
  else (rows as unknown[]).push(row);
}

export function isEmpty(draft: Draft): boolean {
  return (
    draft.steps.size + draft.taken.length + draft.revoked.length + draft.committed.length === 0
  );
}

/** Adds a unit's new state; two states of one row in one commit become one row with both marks. */
export function writeStep(draft: Draft, unit: Unit, write: StepWrite): void {
  const before = draft.steps.get(unit);
  if (before) {
    write.startedSeq ??= before.startedSeq;
    write.waitingSeq ??= before.waitingSeq;
  }
  draft.steps.set(unit, write);
}

/** One text for each key. */
export function nameOf({ step, iteration }: StepKey): string {
  return `${step} ${iteration}`;
}

/** Takes the step's requests out again that are not committed yet, since it has ended. */
export function withdrawRequests(draft: Draft, key: StepKey): void {
  for (const list of ['approvals', 'waits', 'children', 'offers'] as const) {
    if (draft[list].length === 0) continue;
    const others = (draft[list] as readonly StepKey[]).filter((row) => nameOf(row) !== nameOf(key));
    Object.assign(draft, { [list]: others });
  }
}

/**
 * What is left of a draft that the database refused, under what came after it: every row, none of the
 * results, one of which is the reason. A step that had succeeded has failed. What has no row yet may be made of
 * those results, and loses its own with them; what had begun before was called with others.
 */
export function withoutResults(refused: Draft, next: Draft, error: string): Draft {
  const steps: Draft['steps'] = new Map();
  const draft: Draft = {
    ...next,
    steps,
    revoked: [...refused.revoked, ...next.revoked],
    unasked: [...refused.unasked, ...next.unasked],
    taken: [...refused.taken, ...next.taken],
    approvals: [],
    waits: [],
    children: [],
    chunks: [],
    offers: [],
  };
  for (const [unit, write] of refused.steps) writeStep(draft, unit, withoutResult(write, error));
  for (const [unit, write] of next.steps) {
    writeStep(draft, unit, unit.hasRow ? write : withoutResult(write, error));
  }
  return draft;
}

function withoutResult(write: StepWrite, error: string): StepWrite {
  const lostIts = write.status === 'succeeded' || write.status === 'failed';
  return {
    ...write,
    status: lostIts ? 'failed' : write.status,
    error: lostIts ? error : null,
    resolution: null,
    output: null,
    usage: null,
    dueAt: null,
  };
}
