import { createReadiness } from '@aio/core/run/readiness';
import { isUnavailable } from '@aio/platform/database-error';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { createHeldRun } from './held-run.ts';
import { readInbox, takeMessages } from './inbox.ts';
import { leaveRun } from './leave.ts';
import { type LoadedRun, loadRun } from './load.ts';
import { createOutputs } from './outputs.ts';
import type { Plans } from './plans.ts';
import type { StoredStep } from '@aio/platform/queries/engine/load-run';
import { restoreRun, storedStatuses } from './restore.ts';
import { follow } from './settle.ts';

const RETRY_MS = 250;

/**
 * Takes up a run that was just claimed, from its rows if it has any. From then on it is among the held
 * ones; nothing of it moves yet.
 * @param isFresh it is only being submitted: its first commit is to claim it
 * @throws when it cannot be worked
 */
export async function openRun(
  deps: EngineDeps,
  { plans, held }: { plans: Plans; held: Map<string, HeldRun> },
  claimed: ClaimedRun,
  isFresh: boolean,
): Promise<HeldRun> {
  const claimedAt = performance.now();
  const { plan, version, stored, handed, inbox } = await loadWhenAvailable(deps, plans, claimed);
  const run = createHeldRun({
    claim: claimed,
    plan,
    version,
    readiness: createReadiness(plan, storedStatuses(plan, stored)),
    outputs: createOutputs(plan),
    freshSince: isFresh ? claimedAt : null,
  });
  held.set(claimed.id, run);
  if (!isFresh) deps.observer.runClaimed(run, performance.now() - claimedAt, 'rung');
  // Nothing moves until all of it is in its place.
  run.advancing = true;
  try {
    // First: what follows from a step that is convicted as it is restored is told as it ends.
    followRows(deps, run, stored);
    restoreRun(deps, run, stored, handed);
    if (inbox && !inbox.more) run.signalSeen = Math.max(run.signalSeen, inbox.signal);
    if (inbox) takeMessages(deps, run, inbox.messages);
  } catch (error) {
    leaveRun(deps, run, 'unreadable', 'The run cannot be worked.');
    held.delete(claimed.id);
    throw error;
  }
  run.advancing = false;
  if (inbox?.more) void readInbox(deps, run);
  return run;
}

/** What comes next after these rows: a step is ready since the last of those it waits for ended. */
function followRows(deps: EngineDeps, run: HeldRun, stored: readonly StoredStep[]): void {
  const endedAtMs = new Map<number, number>();
  for (const { step, iteration, finishedAtMs } of stored)
    if (iteration === -1 && finishedAtMs !== null)
      endedAtMs.set(run.plan.indexOf.get(step)!, finishedAtMs);
  const begin = run.readiness.begin();
  for (const index of begin.run) {
    const ends = run.plan.steps[index]!.needs.map((parent) => endedAtMs.get(parent) ?? 0);
    // A run that goes on from another began after the steps that it has of it.
    follow(deps, run, { run: [index], skip: [] }, Math.max(run.claim.createdAtMs, ...ends));
  }
  follow(deps, run, { run: [], skip: begin.skip }, deps.clock.now());
}

async function loadWhenAvailable(
  { db, observer }: EngineDeps,
  plans: Plans,
  claimed: ClaimedRun,
): Promise<LoadedRun> {
  for (;;) {
    try {
      return await loadRun(db, plans, claimed);
    } catch (error) {
      observer.troubled('loading a run', error);
      if (!isUnavailable(error)) throw error;
      await sleep(RETRY_MS);
    }
  }
}
