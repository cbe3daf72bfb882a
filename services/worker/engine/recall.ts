import { setTimeout as sleep } from 'node:timers/promises';
import { addTo, nameOf, withdrawRequests } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { takeBack } from './handed.ts';
import type { HeldRun } from './held-run.ts';
import { keyOf } from './settle.ts';
import type { Unit } from './unit.ts';

const RETRY_MS = 250;

/**
 * Whether it is known of all units what other workers did with them, so that they can be closed. Those
 * of which it is not are taken out of their hands by the next commit: after that no start can be told
 * any more, and what was told by then is in the inbox. Then the run is advanced, and comes here again.
 * Without it a call that was made would stand in no attempt.
 */
export function areRecalled(deps: EngineDeps, run: HeldRun, units: Iterable<Unit>): boolean {
  withdrawUncommitted(run, units);
  const unknown = [...units].filter((unit) => unit.handed && unit.recall !== 'done');
  const unasked = unknown.filter((unit) => unit.recall === null);
  if (unasked.length > 0) {
    for (const unit of unasked) {
      unit.recall = 'asked';
      addTo(run.draft, 'revoked', keyOf(unit));
    }
    run.draft.committed.push(() => {
      deps.signal(run.claim.id);
      void learn(deps, run, unasked);
    });
  }
  return unknown.length === 0;
}

/** A statement that offered a step and took it back would leave it offered: it does not see the rows it inserts. */
function withdrawUncommitted(run: HeldRun, units: Iterable<Unit>): void {
  const offered = new Set(run.draft.offers.map(nameOf));
  if (offered.size === 0) return;
  for (const unit of units) {
    if (!unit.handed || !offered.has(nameOf(keyOf(unit)))) continue;
    withdrawRequests(run.draft, keyOf(unit));
    takeBack(run, unit);
  }
}

async function learn(deps: EngineDeps, run: HeldRun, units: readonly Unit[]): Promise<void> {
  while (!(await deps.readInbox(run))) {
    if (run.phase !== 'working') return;
    await sleep(RETRY_MS);
  }
  for (const unit of units) {
    unit.recall = 'done';
    if (unit.iteration >= 0) run.movedMaps.add(unit.step.index);
  }
  deps.advance(run);
}
