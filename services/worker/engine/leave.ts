import { AioError } from '@aio/core/errors';
import { loadCancelledAt } from '@aio/platform/queries/engine/load-run';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { takeBack } from './handed.ts';
import type { HeldRun } from './held-run.ts';
import { keyOf } from './settle.ts';
import type { Unit } from './unit.ts';

/** Takes a unit out of the queue for slots or out of other workers' hands, or aborts its attempt. */
export function stopUnit(deps: EngineDeps, run: HeldRun, unit: Unit, reason: Error): void {
  if (unit.slotRequest) {
    deps.slots.withdraw(unit.slotRequest);
    unit.slotRequest = null;
    run.busy--;
  }
  if (unit.handed) {
    takeBack(run, unit);
    addTo(run.draft, 'revoked', keyOf(unit));
    run.draft.committed.push(() => deps.signal(run.claim.id));
  }
  unit.abort?.abort(reason);
}

/**
 * Stops everything of the run in this process; nothing more is written of it.
 * @param code with `message`, why: what attempts that are running are aborted with
 */
export function leaveRun(deps: EngineDeps, run: HeldRun, code: string, message: string): void {
  if (run.phase === 'over') return;
  run.phase = 'over';
  if (run.timer) clearTimeout(run.timer);
  // An error costs its stack trace, and most runs have nothing left to stop.
  if (run.units.size > 0) {
    const reason = new AioError(code, message);
    for (const unit of run.units.values()) stopUnit(deps, run, unit, reason);
  }
  for (const [unit, request] of run.slotHolders) {
    run.slotHolders.delete(unit);
    deps.slots.release(request);
  }
  run.resolveDone();
}

/** Leaves a run whose epoch no longer holds, or that another took when it was submitted. */
export function loseRun(deps: EngineDeps, run: HeldRun): void {
  if (run.phase === 'over') return;
  const running = [...run.units.values()].filter((unit) => unit.abort);
  const { freshSince } = run;
  if (freshSince === null) deps.observer.runLost(run);
  leaveRun(deps, run, 'lease_lost', 'The run was cancelled or taken over.');
  if (running.length === 0 || freshSince !== null) return;
  // Whoever takes a run over tells of its lost attempts; of a cancelled run, only we can.
  loadCancelledAt(deps.db, run.claim.id).then(
    (atMs) => atMs !== null && deps.observer.attemptsCancelled(run, running, atMs),
    (error: unknown) => deps.observer.troubled('looking at a lost run', error),
  );
}
