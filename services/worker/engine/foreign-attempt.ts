import type { Message } from '@aio/platform/queries/engine/load-run';
import { fromReport } from './attempt-report.ts';
import { defer, setStarted, tellStart } from './begin.ts';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { takeBack } from './handed.ts';
import type { HeldRun } from './held-run.ts';
import { nextSeq, writeUnit } from './held-run.ts';
import { applyResult } from './outcome.ts';
import { keyOf } from './settle.ts';
import { requestStart } from './start.ts';
import type { Unit } from './unit.ts';

/** What is known of an attempt that another worker began. */
interface Begun {
  attempt: number | null;
  workerId: string | null;
  spanId: string | null;
  sentAtMs: number;
}

/** Another worker has begun the unit's next attempt. */
export function attemptStarted(deps: EngineDeps, run: HeldRun, unit: Unit, begun: Begun): void {
  if (!unit.handed || unit.status !== 'ready' || begun.attempt !== unit.attempt + 1) return;
  unit.status = 'running';
  unit.attempt++;
  unit.workerId = begun.workerId;
  // Whoever took the run over in between did not offer it: its own spans lie below this one.
  unit.spanId = begun.spanId;
  setStarted(unit, begun.sentAtMs);
  writeUnit(run, unit, { startedSeq: nextSeq(run) });
  deps.handedBegun();
}

/** Another worker tells what the attempt came to, or gives it back. */
export function attemptEnded(deps: EngineDeps, run: HeldRun, unit: Unit, message: Message): void {
  const { result, logged, startedAtMs } = fromReport(message);
  if (!unit.handed) return;
  if (unit.status === 'running' && unit.attempt === message.attempt) {
    takeBack(run, unit);
    // It was said to have begun when it was taken; its own code began later.
    if (startedAtMs !== null) setStarted(unit, startedAtMs);
    if (result) tellStart(deps, run, unit);
    if (logged) addTo(run.draft, 'logs', { ...keyOf(unit), attempt: unit.attempt, ...logged });
    if (result) return applyResult(deps, run, unit, result);
    defer(run, unit, message.sentAtMs);
    requestStart(deps, run, unit);
  } else if (unit.status === 'ready' && unit.attempt + 1 === message.attempt && !result) {
    takeBack(run, unit);
    requestStart(deps, run, unit);
  }
}
