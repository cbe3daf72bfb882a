import { NOW } from '@aio/platform/queries/engine/step-changes';
import type { AttemptResult } from './attempt.ts';
import { runAttempt, runAtOnce } from './attempt.ts';
import { Call } from './call.ts';
import { LazyAbort } from './abortable.ts';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { nextSeq, writeUnit } from './held-run.ts';
import { applyResult, failUnit, toFailure } from './outcome.ts';
import { type Given, evaluateWith } from './given.ts';
import { type OutputValues, scopeOf, type Secrets, withOutputs, withSecrets } from './scope.ts';
import { StepDeferred } from './step-deferred.ts';
import { AttemptLog } from './step-log.ts';
import type { Unit } from './unit.ts';

/** Begins what has a slot: its start is recorded, and it executes when that is committed. */
export function beginInSlot(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  withGiven(deps, run, unit, (given) => {
    run.running++;
    unit.abort = new AbortController();
    run.draft.committed.push(() => void execute(deps, run, unit, given));
    deps.commit(run);
  });
}

/** Begins what takes no slot: its start and its end are one commit. */
export function beginAtOnce(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  withGiven(deps, run, unit, (given) => executeAtOnce(deps, run, unit, given));
}

/** Evaluates what the attempt works with and records its start. */
function withGiven(deps: EngineDeps, run: HeldRun, unit: Unit, use: (given: Given) => void): void {
  const { work } = unit;
  const kind = deps.kinds.get(work.kind)!;
  const read = (outputs: OutputValues, secrets: () => Secrets) => {
    if (run.phase !== 'working' || unit.status === 'cancelled') {
      giveBack(deps, run, unit);
      return;
    }
    let given: Given;
    try {
      const scope = scopeOf(run, [work.with], outputs, unit);
      given = evaluateWith(kind, work, scope, secrets());
    } catch (error) {
      giveBack(deps, run, unit);
      recordStart(deps, run, unit);
      failUnit(deps, run, unit, toFailure(error));
      deps.advance(run);
      return;
    }
    recordStart(deps, run, unit);
    use(given);
  };
  withOutputs(deps, run, [work.with], (outputs) => {
    withSecrets(deps, run, work.with.secrets, (secrets) => read(outputs, secrets));
  });
}

function recordStart(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const first = unit.readyAtMs === null || unit.status === 'waiting';
  unit.status = 'running';
  unit.attempt++;
  unit.workerId = null;
  unit.spanId = deps.observer.newSpanId(run);
  writeUnit(run, unit, {
    readyAt: first ? NOW : null,
    startedAt: NOW,
    startedSeq: nextSeq(run),
  });
  run.draft.committed.push((nowMs) => {
    if (first) unit.readyAtMs = nowMs;
    unit.startedAtMs = nowMs;
    deps.observer.attemptStarted(run, unit, nowMs);
  });
}

function executeAtOnce(deps: EngineDeps, run: HeldRun, unit: Unit, given: Given): void {
  const log = new AttemptLog(deps.observer, run, unit, given.redactor);
  const abortable = new LazyAbort();
  const call = new Call(deps.observer, run, unit, { ...given, abortable, log });
  run.running++;
  const result = runAtOnce(deps.kinds.get(unit.work.kind)!, call);
  if (!(result instanceof Promise)) return ended(deps, run, unit, log, result);
  unit.abort = abortable;
  void result.then((later) => ended(deps, run, unit, log, later));
}

async function execute(deps: EngineDeps, run: HeldRun, unit: Unit, given: Given): Promise<void> {
  if (!isWanted(run, unit)) {
    run.running--;
    giveBack(deps, run, unit);
    return deps.advance(run);
  }
  const abortable = unit.abort!;
  const log = new AttemptLog(deps.observer, run, unit, given.redactor);
  const call = new Call(deps.observer, run, unit, { ...given, abortable, log });
  const kind = deps.kinds.get(unit.work.kind)!;
  ended(deps, run, unit, log, await runAttempt(kind, call, abortable, unit.work.timeoutMs));
}

function ended(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  log: AttemptLog,
  result: AttemptResult,
): void {
  unit.abort = null;
  run.running--;
  giveBack(deps, run, unit);
  if (isWanted(run, unit)) {
    takeLines(run, unit, log);
    if (result.type === 'error' && result.error instanceof StepDeferred) defer(run, unit);
    else applyResult(deps, run, unit, result);
  }
  deps.advance(run);
}

function takeLines(run: HeldRun, unit: Unit, log: AttemptLog): void {
  const logged = log.take();
  if (!logged) return;
  addTo(run.draft, 'logs', {
    step: unit.step.id,
    iteration: unit.iteration,
    attempt: unit.attempt,
    ...logged,
  });
}

/** false = the run has ended or left, or the unit was cancelled: what comes of it is of no use. */
function isWanted(run: HeldRun, unit: Unit): boolean {
  return (run.phase === 'working' || run.phase === 'draining') && unit.status === 'running';
}

/** The attempt was cut short by a worker's shutdown: it does not count, and is ready again. */
export function defer(run: HeldRun, unit: Unit): void {
  unit.status = 'ready';
  unit.attempt--;
  writeUnit(run, unit, { readyAt: NOW });
}

function giveBack(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  run.busy--;
  const request = run.slotHolders.get(unit);
  if (!request) return;
  run.slotHolders.delete(unit);
  deps.slots.release(request);
  deps.slotFreed();
}
