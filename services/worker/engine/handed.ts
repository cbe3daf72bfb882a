import { loadHanded } from '@aio/platform/queries/engine/chunks';
import type { StepKey } from '@aio/platform/queries/engine/commit-parts';
import type { Message } from '@aio/platform/queries/engine/load-run';
import { fromReport } from './attempt-report.ts';
import { defer } from './begin.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { readInbox } from './inbox.ts';
import { nextSeq, writeUnit } from './held-run.ts';
import { applyResult } from './outcome.ts';
import { loseAttempt } from './restore.ts';
import { keyOf } from './settle.ts';
import { requestStart, startAgain } from './start.ts';
import type { Unit } from './unit.ts';

/** What is known of an attempt that another worker began. */
interface Begun {
  attempt: number | null;
  workerId: string | null;
  sentAtMs: number;
}

/** Marks a unit as offered to other workers, or executed by one. */
export function handOut(run: HeldRun, unit: Unit, handedAt: number): void {
  unit.handed = true;
  unit.handedAt = handedAt;
  run.handed.add(unit);
}

/** The unit is this worker's own again. */
export function takeBack(run: HeldRun, unit: Unit): void {
  unit.handed = false;
  run.handed.delete(unit);
  run.busy--;
}

/** Another worker has begun the unit's next attempt. */
export function attemptStarted(deps: EngineDeps, run: HeldRun, unit: Unit, begun: Begun): void {
  if (!unit.handed || unit.status !== 'ready' || begun.attempt !== unit.attempt + 1) return;
  unit.status = 'running';
  unit.attempt++;
  unit.workerId = begun.workerId;
  writeUnit(run, unit, { startedAt: begun.sentAtMs, startedSeq: nextSeq(run) });
  run.draft.committed.push(() => {
    unit.startedAtMs = begun.sentAtMs;
    deps.observer.attemptStarted(run, unit, begun.sentAtMs);
  });
}

/** Another worker tells what the attempt came to, or gives it back. */
export function attemptEnded(deps: EngineDeps, run: HeldRun, unit: Unit, message: Message): void {
  const { result, logged } = fromReport(message);
  if (!unit.handed) return;
  if (unit.status === 'running' && unit.attempt === message.attempt) {
    takeBack(run, unit);
    if (logged) run.draft.logs.push({ ...keyOf(unit), attempt: unit.attempt, ...logged });
    if (result) return applyResult(deps, run, unit, result);
    defer(run, unit);
    requestStart(deps, run, unit);
  } else if (unit.status === 'ready' && unit.attempt + 1 === message.attempt && !result) {
    takeBack(run, unit);
    requestStart(deps, run, unit);
  }
}

/** Takes back what was given to workers that are gone, and what is with nobody any more. */
export async function checkHanded(deps: EngineDeps, run: HeldRun): Promise<void> {
  const lookedAt = performance.now();
  const rows = await loadHanded(deps.db, run.claim.id);
  // What is not among them may have ended: then its message was there before.
  await readInbox(deps, run);
  if (run.phase !== 'working') return;
  const byKey = new Map(rows.map((row) => [keyFrom(row), row]));
  for (const unit of run.handed) {
    const row = byKey.get(keyFrom(keyOf(unit)));
    if (row ? !row.abandoned : unit.handedAt >= lookedAt) continue;
    if (row && row.startedAtMs !== null) {
      attemptStarted(deps, run, unit, { ...row, sentAtMs: row.startedAtMs });
    }
    takeBack(run, unit);
    run.draft.revoked.push(keyOf(unit));
    deps.observer.stepsHanded('lost', 1);
    if (unit.status === 'running') loseAttempt(deps, run, unit);
    startAgain(deps, run, unit);
  }
  deps.advance(run);
}

function keyFrom({ step, iteration }: StepKey): string {
  return `${step} ${iteration}`;
}
