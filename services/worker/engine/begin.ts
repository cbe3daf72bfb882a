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
    // What takes no slot does most of its work here.
    const startedAtMs = deps.clock.now();
    let given: Given;
    try {
      const scope = scopeOf(run, [work.with], outputs, unit);
      given = evaluateWith(kind, work, scope, secrets());
    } catch (error) {
      giveBack(deps, run, unit);
      recordStart(deps, run, unit, startedAtMs);
      tellStart(deps, run, unit);
      failUnit(deps, run, unit, { failure: toFailure(error), atMs: deps.clock.now() });
      deps.advance(run);
      return;
    }
    recordStart(deps, run, unit, startedAtMs);
    use(given);
  };
  withOutputs(deps, run, [work.with], (outputs) => {
    withSecrets(deps, run, work.with.secrets, (secrets) => read(outputs, secrets));
  });
}

function recordStart(deps: EngineDeps, run: HeldRun, unit: Unit, startedAtMs: number): void {
  unit.status = 'running';
  unit.attempt++;
  unit.workerId = null;
  unit.spanId = deps.observer.newSpanId(run);
  setStarted(unit, startedAtMs);
  writeUnit(run, unit, { startedSeq: nextSeq(run) });
}

/** With the commit that records the start: by then, another attempt may have changed the unit. */
export function tellStart(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const started = { ...unit };
  unit.waitingSinceMs = null;
  run.draft.committed.push(() => deps.observer.attemptStarted(run, started));
}

function executeAtOnce(deps: EngineDeps, run: HeldRun, unit: Unit, given: Given): void {
  const log = new AttemptLog(deps.observer, run, unit, given.redactor);
  const abortable = new LazyAbort();
  const call = new Call(deps.observer, run, unit, { ...given, abortable, log });
  run.running++;
  tellStart(deps, run, unit);
  const result = runAtOnce(deps.kinds.get(unit.work.kind)!, call, deps.clock);
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
  // Its row says so when the attempt has ended: the start that was committed came a little before.
  setStarted(unit, deps.clock.now());
  deps.observer.attemptStarted(run, unit);
  const { timeoutMs } = unit.work;
  const { clock } = deps;
  ended(deps, run, unit, log, await runAttempt(kind, call, abortable, { timeoutMs, clock }));
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
    if (result.type === 'error' && result.error instanceof StepDeferred)
      defer(run, unit, result.finishedAtMs);
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
export function defer(run: HeldRun, unit: Unit, atMs: number): void {
  unit.status = 'ready';
  unit.attempt--;
  unit.readyAtMs = atMs;
  writeUnit(run, unit);
}

/** An attempt begins when it is ready, and not before: processes differ a little in what the time is. */
export function setStarted(unit: Unit, atMs: number): void {
  unit.startedAtMs = Math.max(atMs, unit.readyAtMs ?? atMs);
}

function giveBack(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  run.busy--;
  const request = run.slotHolders.get(unit);
  if (!request) return;
  run.slotHolders.delete(unit);
  deps.slots.release(request);
  deps.slotFreed();
}
