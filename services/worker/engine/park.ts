import { parkRun } from '@aio/platform/queries/engine/park-run';
import { isEmpty } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { readInbox } from './inbox.ts';
import { leaveRun, loseRun } from './leave.ts';
import { nextDueAt, setTimer } from './timer.ts';
import { hasWork } from './work.ts';

/** A wait shorter than this is not worth giving the run away and taking it again. */
const PARK_FROM_MS = 1000;

/**
 * Lets the run go when nothing is left but waiting: no lease, memory or slot is held for it. Stays
 * when somebody changed the run in the meantime, or the database is away: then the next renewal of
 * the lease tries again.
 */
export async function parkIfIdle(deps: EngineDeps, run: HeldRun): Promise<void> {
  if (run.phase !== 'working' || run.busy > 0 || run.units.size === 0) return;
  if (run.inFlight || !isEmpty(run.draft) || hasWork(run)) return;
  const dueAt = nextDueAt(run);
  if (dueAt !== null && dueAt - deps.clock.now() < PARK_FROM_MS) return;
  const { id: runId, epoch } = run.claim;
  const signal = run.signalSeen;
  run.phase = 'parking';
  try {
    const parked = await parkRun(deps.db, { runId, epoch, signal, dueAt });
    if (parked) return leaveRun(deps, run, 'run_parked', 'The run waits.');
    if (!stopParking(run)) return;
    if (!(await readInbox(deps, run))) return;
    // Nobody changed it, and yet it was refused: it is somebody else's.
    if (run.signalSeen === signal && !isOnItsWayOut(run)) loseRun(deps, run);
  } catch (error) {
    deps.observer.troubled('parking a run', error);
    if (stopParking(run)) setTimer(deps, run);
  }
}

function isOnItsWayOut(run: HeldRun): boolean {
  return run.phase !== 'working' && run.phase !== 'parking';
}

/** false = the run has been drained or lost in the meantime. */
function stopParking(run: HeldRun): boolean {
  if (run.phase === 'parking') run.phase = 'working';
  return run.phase === 'working';
}
