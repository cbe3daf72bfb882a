import { hasChanges } from '@aio/core/run/next-commit';
import { nextDueAt, NOT_LOOKED } from '@aio/core/run/run-state';
import { isInLane } from '@aio/core/run/step-state';
import type { EngineStorage } from '@aio/core/run/storage';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { Observer } from '../observer.ts';
import type { HeldRun } from './held-run.ts';

/** A shorter wait is not worth a release and a new claim. */
const RELEASE_AFTER_MS = 1000;

interface Deps {
  storage: Pick<EngineStorage, 'releaseRun'>;
  clock: DatabaseClock;
  observer: Pick<Observer, 'runLost' | 'runLasts' | 'troubled'>;
  /** true = the worker holds as many runs as it may. */
  isFull: () => boolean;
}

/** Drops a run whose epoch has changed: it was cancelled, or another worker took it over. */
export function loseRun(observer: Deps['observer'], run: HeldRun): void {
  if (run.state.phase === 'over') return;
  observer.runLost(run.state);
  run.drop('lease_lost', 'The run was cancelled, or another worker took it over.');
}

/** A run that a worker has held so long shows itself while it is open. Most end sooner. */
const LASTS_MS = 2000;

/** Reports a run that lasts. Called at each heartbeat. */
export function noteIfLasting(observer: Deps['observer'], run: HeldRun): void {
  if (performance.now() - run.heldSince >= LASTS_MS) noteLasting(observer, run);
}

function noteLasting(observer: Deps['observer'], run: HeldRun): void {
  if (run.isKnownToLast) return;
  run.isKnownToLast = true;
  observer.runLasts(run.state);
}

/**
 * Releases a run that has nothing to decide, so that it takes no lease, memory, job or slot. If steps are in lanes, the run
 * stays for another second, because most of them end sooner. If the worker is full, a run that it has held for a second
 * goes at once.
 */
export function releaseIfIdle(deps: Deps, run: HeldRun): void {
  if (run.idleTimer) clearTimeout(run.idleTimer);
  run.idleTimer = null;
  if (!isIdle(run)) return;
  const dueAt = nextDueAt(run.state);
  if (dueAt !== null && dueAt - deps.clock.now() < RELEASE_AFTER_MS) return;
  const hasSteps = hasStepsInLanes(run);
  const isInTheWay = deps.isFull() && performance.now() - run.heldSince >= RELEASE_AFTER_MS;
  if (!hasSteps || isInTheWay) void release(deps, run, hasSteps ? 'running' : 'waiting');
  else run.idleTimer = setTimeout(() => void release(deps, run, 'running'), RELEASE_AFTER_MS);
}

function isIdle(run: HeldRun): boolean {
  const { state } = run;
  if (state.changesSeen === NOT_LOOKED) return false;
  if (state.phase !== 'working' || run.isReleasing || run.commit !== null || run.busy > 0)
    return false;
  return state.open.size > 0 && !hasChanges(state) && !run.canGoOn;
}

function hasStepsInLanes({ state }: HeldRun): boolean {
  for (const step of state.open.values())
    if (isInLane(step) && (step.status === 'ready' || step.status === 'running')) return true;
  return false;
}

/** Keeps the run if it changed meanwhile, or the database is away. Then the next heartbeat tries again. */
async function release(deps: Deps, run: HeldRun, status: 'running' | 'waiting'): Promise<void> {
  if (!isIdle(run)) return;
  const { state } = run;
  const { id: runId, epoch } = state.claim;
  const changes = state.changesSeen;
  run.isReleasing = true;
  try {
    const dueAt = nextDueAt(state);
    if (await deps.storage.releaseRun({ runId, epoch, changes, status, dueAt })) {
      noteLasting(deps.observer, run);
      return run.drop('run_released', 'The run is waiting, so the worker released it.');
    }
    run.isReleasing = false;
    if (state.phase === 'ending') return run.advance();
    if ((await run.catchUp()) && state.changesSeen === changes) loseRun(deps.observer, run);
  } catch (error) {
    run.isReleasing = false;
    deps.observer.troubled('release a run', error);
    if (state.phase === 'ending') run.advance();
  }
}
