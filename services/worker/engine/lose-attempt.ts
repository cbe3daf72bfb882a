import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { writeUnit } from './held-run.ts';
import { endAttempt, isPoison } from './outcome.ts';
import type { Unit } from './unit.ts';

/**
 * The attempt died with its worker: it is told and counted as that, and the unit is ready again. The
 * attempt that makes it poison is its last one: no other follows, and the verdict is its end.
 */
export function loseAttempt(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const error = { code: 'worker_lost', message: 'The worker that ran this attempt was lost.' };
  unit.crashes++;
  unit.status = 'ready';
  if (isPoison(unit)) return;
  const lost = { ...unit };
  const atMs = Math.max(deps.clock.now(), unit.startedAtMs ?? 0);
  endAttempt(run, unit, { status: 'worker_lost', atMs, error, usage: null });
  run.draft.committed.push(() => deps.observer.attemptLost(run, lost, atMs));
  unit.workerId = null;
  unit.readyAtMs = atMs;
  writeUnit(run, unit);
}
