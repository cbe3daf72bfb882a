import { loadHanded } from '@aio/platform/queries/engine/chunks';
import type { StepKey } from '@aio/platform/queries/engine/step-changes';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { attemptStarted } from './foreign-attempt.ts';
import { takeBack } from './handed.ts';
import type { HeldRun } from './held-run.ts';
import { isExpanded } from './held-run.ts';
import { readInbox } from './inbox.ts';
import { loseAttempt } from './lose-attempt.ts';
import { keyOf } from './settle.ts';
import { startAgain } from './start.ts';

/** Takes back what was given to workers that are gone, and what is with nobody any more. */
export async function checkHanded(deps: EngineDeps, run: HeldRun): Promise<void> {
  const lookedAt = performance.now();
  const rows = await loadHanded(deps.db, run.claim.id);
  // What is not among them may have ended: then its message was there before.
  if (!(await readInbox(deps, run)) || run.phase !== 'working') return;
  const byKey = new Map(rows.map((row) => [keyFrom(row), row]));
  for (const unit of run.handed) {
    // What was told of an item is applied, and it is started, only when its map knows its value.
    if (!isExpanded(run, unit)) continue;
    // It is about to be closed, and has no row any more because of that.
    if (unit.recall !== null) continue;
    const row = byKey.get(keyFrom(keyOf(unit)));
    const isGone = row ? row.abandoned && row.chunkId === unit.chunkId : unit.handedAt < lookedAt;
    if (!isGone) continue;
    if (row && row.startedAtMs !== null) {
      attemptStarted(deps, run, unit, { ...row, sentAtMs: row.startedAtMs });
    }
    takeBack(run, unit);
    addTo(run.draft, 'revoked', keyOf(unit));
    deps.observer.stepsHanded('lost', 1);
    if (unit.status === 'running') loseAttempt(deps, run, unit);
    startAgain(deps, run, unit);
    // Its worker may be back and have told its end meanwhile: nothing else would make anybody read that.
    run.draft.committed.push(() => void readInbox(deps, run));
  }
  deps.advance(run);
}

function keyFrom({ step, iteration }: StepKey): string {
  return `${step} ${iteration}`;
}
