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

function startAll(deps: EngineDeps, run: HeldRun): void {
  while (!run.failure && (run.turns.length > 0 || run.movedMaps.size > 0)) {
    const turns = run.turns.splice(0);
    for (const index of turns) takeTurn(deps, run, index);
    const moved = [...run.movedMaps];
    run.movedMaps.clear();
    for (const index of moved) {
      const map = run.maps.get(index);
      if (!map) continue;
      for (const unit of advanceMap(deps, run, map)) requestStart(deps, run, unit);
    }
  }
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
