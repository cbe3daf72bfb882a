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
    for (const { step, iteration, finishedAtMs } of stored)
      if (iteration === -1) run.endedAtMs[plan.indexOf.get(step)!] = finishedAtMs ?? 0;
    follow(deps, run, run.readiness.begin());
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
