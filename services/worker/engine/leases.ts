import { readHandedStates, renewLeases } from '@aio/platform/queries/engine/renew-leases';
import { checkHanded } from './check-handed.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { readInbox } from './inbox.ts';
import { loseRun } from './leave.ts';
import { parkIfIdle } from './park.ts';

/** Prolongs the leases; a run that is no longer ours is left, one that was changed is looked at. */
export async function checkLeases(
  deps: EngineDeps,
  leaseMs: number,
  runs: readonly HeldRun[],
): Promise<void> {
  const leased = runs.filter((run) => run.freshSince === null);
  if (leased.length === 0) return;
  const { db, workerId, observer } = deps;
  try {
    const leases = leased.map(({ claim: { id, epoch } }) => ({ runId: id, epoch }));
    const sentAt = performance.now();
    const { signals, nowMs } = await renewLeases(db, { workerId, leases, leaseMs });
    if (nowMs !== null) deps.clock.learn(nowMs, sentAt, performance.now());
    for (const run of leased) if (isHeld(run) && !signals.has(run.claim.id)) loseRun(deps, run);
    for (const run of leased) {
      if (isHeld(run)) await lookAt(deps, run, signals.get(run.claim.id)!);
    }
  } catch (error) {
    observer.troubled('renewing leases', error);
  }
}

/** Something may have happened to the run, or to steps of it that others have. */
async function lookAt(deps: EngineDeps, run: HeldRun, signal: number): Promise<void> {
  try {
    if (run.handed.size > 0) await checkHanded(deps, run);
    else if (signal > run.signalSeen) await readInbox(deps, run);
    else void parkIfIdle(deps, run);
  } catch (error) {
    // The next renewal looks again; other runs are looked at now.
    deps.observer.troubled('looking at a run', error);
  }
}

/** Looks at those of the runs of which other workers have steps: what is told of them may be lost. */
export async function lookAtHanded(deps: EngineDeps, runs: Iterable<HeldRun>): Promise<void> {
  const handing = [...runs].filter((run) => run.handed.size > 0);
  if (handing.length === 0) return;
  const states = await readHandedStates(
    deps.db,
    handing.map((run) => run.claim.id),
  );
  for (const run of handing) {
    const state = states.get(run.claim.id);
    if (state?.abandoned) await checkHanded(deps, run);
    else if (state && (state.told || state.signal > run.signalSeen)) void readInbox(deps, run);
  }
}

function isHeld({ phase }: HeldRun): boolean {
  return phase === 'working' || phase === 'draining';
}
