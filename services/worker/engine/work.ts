import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';

/** A commit of a run has so many rows of steps that take no slot: what a lost lease undoes is bounded. */
const ROWS_PER_COMMIT = 128;

/** true = `advance` has something to do at once. */
export function hasWork(run: HeldRun): boolean {
  if (run.evaluations.length > 0) return !(run.phase === 'working' && run.failure);
  if (run.phase !== 'working' || run.failure) return false;
  return run.turns.length > 0 || run.movedMaps.size > 0 || hasRoomAtOnce(run);
}

/** true = a step that takes no slot is to begin, and its row has room in the next commit. */
export function hasRoomAtOnce({ atOnce, draft }: HeldRun): boolean {
  return atOnce.length > 0 && draft.steps.size < ROWS_PER_COMMIT;
}

/** Advances the run in another turn of the event loop. */
export function goOn(deps: EngineDeps, run: HeldRun): void {
  deps.slices.later(run, () => deps.advance(run));
}

/** Leaves an evaluation to `advance`, which does as many in a row as the event loop can wait for. */
export function evaluateSoon(deps: EngineDeps, run: HeldRun, evaluate: () => void): void {
  run.evaluations.push(evaluate);
  if (!run.advancing) goOn(deps, run);
}
