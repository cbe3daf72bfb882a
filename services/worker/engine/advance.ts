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

/** A run whose steps follow from each other at once lets others have a turn after so many rows. */
const ROWS_PER_COMMIT = 128;

/** Looks at the run after something of it has ended: starts what can start, ends what has ended. */
export function advance(deps: EngineDeps, run: HeldRun): void {
  if (run.advancing || run.phase === 'over') return;
  run.advancing = true;
  try {
    move(deps, run);
  } finally {
    run.advancing = false;
  }
  setTimer(deps, run);
  if (isEmpty(run.draft)) void parkIfIdle(deps, run);
  else deps.commit(run);
}

function move(deps: EngineDeps, run: HeldRun): void {
  if (run.phase === 'working' && isOverdue(run)) {
    run.failure ??= { code: 'run_timeout', message: 'The run did not end within its timeout.' };
  }
  if (run.phase === 'working') startAll(deps, run);
  if (run.phase === 'working' && run.failure) {
    if (areRecalled(deps, run, run.handed)) failRun(deps, run, run.failure);
  } else if (run.phase === 'working' && run.readiness.open() === 0) concludeRun(deps, run);
  else if (run.phase === 'draining' && run.running === 0) handBack(deps, run);
}

/**
 * Starts whatever can. A step that takes no slot has no effect but what its commit writes, so it
 * shares the commit of what it follows from: a crash undoes both. That is what makes a chain of such
 * steps as fast as one of them.
 */
function startAll(deps: EngineDeps, run: HeldRun): void {
  while (!run.failure && hasWork(run)) {
    for (const unit of run.atOnce.splice(0)) beginAtOnce(deps, run, unit);
    for (const index of run.turns.splice(0)) takeTurn(deps, run, index);
    for (const index of new Set(run.movedMaps.splice(0))) {
      const map = run.maps.get(index);
      if (!map) continue;
      for (const unit of advanceMap(deps, run, map)) requestStart(deps, run, unit);
    }
  }
}

function hasWork({ turns, movedMaps, atOnce, draft }: HeldRun): boolean {
  if (turns.length > 0 || movedMaps.length > 0) return true;
  return atOnce.length > 0 && draft.steps.size < ROWS_PER_COMMIT;
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
