import { AioError } from '@aio/core/errors';
import { parkRun } from '@aio/platform/queries/engine/park-run';
import { loadDecisions } from '@aio/platform/queries/engine/load-run';
import { LONGEST_TIMER_MS } from './attempt.ts';
import { isEmpty } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { takeDecisions } from './decisions.ts';
import { advanceMap } from './expand.ts';
import { concludeRun, failRun } from './finish.ts';
import type { HeldRun } from './held-run.ts';
import { isExpanded } from './held-run.ts';
import { leaveRun, loseRun } from './leave.ts';
import { wakeUnit } from './outcome.ts';
import { requestStart, takeTurn } from './start.ts';

/** A wait shorter than this is not worth giving the run away and taking it again. */
const PARK_FROM_MS = 1000;

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
  if (run.phase === 'working' && run.failure) failRun(deps, run, run.failure);
  else if (run.phase === 'working' && run.readiness.open() === 0) concludeRun(deps, run);
  else if (run.phase === 'draining' && run.running === 0) handBack(deps, run);
}

function isOverdue(run: HeldRun): boolean {
  return run.deadlineAt !== null && run.deadlineAt <= performance.now();
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
  const { id: runId, epoch } = run.claim;
  run.draft.committed.push(() => {
    deps.wake({ runId, epoch });
    leaveRun(deps, run, new AioError('worker_stopping', 'The run was handed back.'));
  });
  deps.commit(run);
}

/** One timer per run, for the wait that ends first. */
function setTimer(deps: EngineDeps, run: HeldRun): void {
  if (run.timer) clearTimeout(run.timer);
  run.timer = null;
  const dueAt = nextDueAt(run);
  if (dueAt === null || run.phase !== 'working') return;
  const delayMs = Math.min(Math.max(0, dueAt - performance.now()), LONGEST_TIMER_MS);
  run.timer = setTimeout(() => endWaits(deps, run), delayMs);
}

function nextDueAt(run: HeldRun): number | null {
  let next = run.deadlineAt;
  for (const unit of run.sleepers) {
    if (isExpanded(run, unit) && (next === null || unit.dueAt! < next)) next = unit.dueAt;
  }
  return next;
}

function endWaits(deps: EngineDeps, run: HeldRun): void {
  run.timer = null;
  if (run.phase !== 'working') return;
  const now = performance.now();
  if (!isOverdue(run)) {
    for (const unit of run.sleepers) {
      if (unit.dueAt! > now || !isExpanded(run, unit)) continue;
      if (wakeUnit(deps, run, unit) === 'start') requestStart(deps, run, unit);
    }
  }
  advance(deps, run);
}

/**
 * Lets the run go when nothing is left but waiting: no lease, memory, queue job or slot is held for
 * it. Stays when somebody changed the run in the meantime, or the database is away: then the next
 * renewal of the lease tries again.
 */
export async function parkIfIdle(deps: EngineDeps, run: HeldRun): Promise<void> {
  if (run.phase !== 'working' || run.busy > 0 || run.units.size === 0) return;
  if (run.committing || !isEmpty(run.draft)) return;
  const dueAt = nextDueAt(run);
  const dueInMs = dueAt === null ? null : dueAt - performance.now();
  if (dueInMs !== null && dueInMs < PARK_FROM_MS) return;
  const { id: runId, epoch } = run.claim;
  const signal = run.signalSeen;
  run.phase = 'parking';
  try {
    const parked = await parkRun(deps.db, { runId, epoch, signal, dueInMs });
    if (parked) return leaveRun(deps, run, new AioError('run_parked', 'The run waits.'));
    if (!stopParking(run)) return;
    await readSignal(deps, run);
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

/** Takes up what people decided since the run was last looked at. */
export async function readSignal(deps: EngineDeps, run: HeldRun): Promise<void> {
  const { signal, decisions } = await loadDecisions(deps.db, run.claim.id);
  if (run.phase !== 'working') return;
  run.signalSeen = Math.max(run.signalSeen, signal);
  takeDecisions(deps, run, decisions);
  advance(deps, run);
}
