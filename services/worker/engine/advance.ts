import { beginAtOnce } from './begin.ts';
import { isEmpty } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { advanceMap } from './expand.ts';
import { concludeRun, failRun } from './finish.ts';
import type { HeldRun } from './held-run.ts';
import { leaveRun } from './leave.ts';
import { parkIfIdle } from './park.ts';
import { areRecalled } from './recall.ts';
import { requestStart, takeTurn } from './start.ts';
import { isOverdue, setTimer } from './timer.ts';
import { goOn, hasRoomAtOnce, hasWork } from './work.ts';

/** Looks at the run after something of it has ended: starts what can start, ends what has ended. */
export function advance(deps: EngineDeps, run: HeldRun): void {
  if (run.advancing || run.phase === 'over') return;
  run.advancing = true;
  try {
    move(deps, run);
  } finally {
    run.advancing = false;
  }
  if (run.survived && (!isEmpty(run.draft) || !hasWork(run))) {
    run.draft.committed.push(run.survived);
    run.survived = null;
  }
  setTimer(deps, run);
  if (isEmpty(run.draft)) void parkIfIdle(deps, run);
  else deps.commit(run);
}

/** Stops when its slice of the event loop is over, and goes on in another: what it has by then is committed. */
function move(deps: EngineDeps, run: HeldRun): void {
  if (run.phase === 'working' && isOverdue(deps, run)) {
    run.failure ??= { code: 'run_timeout', message: 'The run did not end within its timeout.' };
  }
  while (hasWork(run)) {
    if (deps.slices.isOver()) return goOn(deps, run);
    workOnce(deps, run);
  }
  if (run.phase === 'working' && run.failure) {
    if (areRecalled(deps, run, run.handed)) failRun(deps, run, run.failure);
  } else if (run.phase === 'working' && run.readiness.open() === 0) {
    if (deps.slices.isOver()) goOn(deps, run);
    else concludeRun(deps, run);
  } else if (run.phase === 'draining' && run.running === 0) handBack(deps, run);
}

/**
 * One evaluation, or one step. A step that takes no slot has no effect but what its commit writes, so it
 * shares the commit of what it follows from: a crash undoes both. That is what makes a chain of such
 * steps as fast as one of them. What has begun goes before what has not, so that results come to be
 * committed, however many conditions there are to evaluate.
 */
function workOnce(deps: EngineDeps, run: HeldRun): void {
  const evaluate = run.evaluations.shift();
  if (evaluate) return evaluate();
  if (hasRoomAtOnce(run)) return beginAtOnce(deps, run, run.atOnce.shift()!);
  const turn = run.turns.shift();
  if (turn !== undefined) return takeTurn(deps, run, turn);
  const [moved] = run.movedMaps;
  run.movedMaps.delete(moved!);
  const map = run.maps.get(moved!);
  if (map) for (const unit of advanceMap(deps, run, map)) requestStart(deps, run, unit);
}

/** Gives the lease back with the next commit; whoever takes the run goes on from its rows. */
function handBack(deps: EngineDeps, run: HeldRun): void {
  run.phase = 'ending';
  run.release = true;
  run.draft.committed.push(() => {
    deps.ring();
    leaveRun(deps, run, 'worker_stopping', 'The run was handed back.');
  });
  deps.commit(run);
}
