import { AioError } from '@aio/core/errors';
import { runAttempt } from './attempt.ts';
import { takeDecisions } from './decisions.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { addUnit, nextSeq, setDue, writeUnit } from './held-run.ts';
import { expandMap } from './expand.ts';
import { applyResult, failUnit, isPoison, toFailure } from './outcome.ts';
import { scopeOf, withOutputs } from './scope.ts';
import { closeUnit } from './settle.ts';
import { createAttemptLines } from './step-log.ts';
import type { Unit } from './unit.ts';
import { createUnit } from './unit.ts';
import { StepDeferred } from './step-deferred.ts';

/** A step's turn: its condition decides, then it asks for a slot, or becomes a map's items. */
export function takeTurn(deps: EngineDeps, run: HeldRun, index: number): void {
  const step = run.plan.steps[index]!;
  prepare(deps, run, createUnit(step), step.condition);
}

/** Goes on with a map whose items were begun by another worker. */
export function resumeMap(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  prepare(deps, run, unit, null);
}

function prepare(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  condition: HeldRun['plan']['steps'][number]['condition'],
): void {
  addUnit(run, unit);
  const over = unit.step.map?.over ?? null;
  const templates = [condition, over];
  run.busy++;
  withOutputs(deps, run, templates, (outputs) => {
    run.busy--;
    if (run.phase !== 'working') return;
    const scope = scopeOf(run, templates, outputs);
    try {
      if (condition && condition.evaluate(scope) !== true) {
        closeUnit(deps, run, unit, { status: 'skipped' });
      } else if (over) startRestored(deps, run, expandMap(deps, run, unit, over.evaluate(scope)));
      else requestStart(deps, run, unit);
    } catch (error) {
      failUnit(deps, run, unit, toFailure(error));
    }
    deps.advance(run);
  });
}

function startRestored(deps: EngineDeps, run: HeldRun, items: readonly Unit[]): void {
  for (const item of items) if (item.status === 'ready') startAgain(deps, run, item);
  takeDecisions(deps, run, run.earlyDecisions.splice(0));
}

/** Starts a unit that another worker left, unless it has killed too many of them. */
export function startAgain(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  if (!isPoison(unit)) return requestStart(deps, run, unit);
  failUnit(deps, run, unit, {
    code: 'poison',
    message: `${unit.crashes} workers died while running this step; it is not tried again.`,
    crashes: unit.crashes,
  });
}

/** Asks for a slot; a unit that has to wait for one is `ready` in the database. */
export function requestStart(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const kind = deps.kinds.get(unit.work.kind)!;
  run.busy++;
  unit.waitsFor = null;
  setDue(run, unit, null);
  if (!kind.takesSlot && run.phase === 'working') {
    begin(deps, run, unit);
    return;
  }
  const start = () => {
    unit.slotRequest = null;
    run.slotHolders.add(unit);
    begin(deps, run, unit);
  };
  unit.slotRequest = start;
  if (deps.slots.request(run.claim.workflowId, start)) return;
  unit.status = 'ready';
  writeUnit(run, unit, { markReady: true });
  run.draft.committed.push((nowMs) => (unit.readyAtMs = nowMs));
}

/** Evaluates what the attempt works with and records its start; it executes when that is committed. */
function begin(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const template = unit.work.with;
  withOutputs(deps, run, [template], (outputs) => {
    if (run.phase !== 'working' || unit.status === 'cancelled') {
      giveBack(deps, run, unit);
      return;
    }
    let given: unknown;
    try {
      given = template.evaluate(scopeOf(run, [template], outputs, unit));
      checkWith(unit, given);
    } catch (error) {
      giveBack(deps, run, unit);
      recordStart(deps, run, unit);
      failUnit(deps, run, unit, toFailure(error));
      deps.advance(run);
      return;
    }
    recordStart(deps, run, unit);
    run.running++;
    unit.abort = new AbortController();
    run.draft.committed.push(() => void execute(deps, run, unit, given));
    deps.commit(run);
  });
}

function checkWith(unit: Unit, given: unknown): void {
  const faults = unit.work.validateWith(given);
  if (faults.length === 0) return;
  throw new AioError(
    'invalid_with',
    `\`with\` is not what ${unit.work.kind} takes: ${faults.map((f) => `${f.pointer} ${f.message}`).join('; ')}`,
    { details: { faults } },
  );
}

function recordStart(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  const first = unit.readyAtMs === null || unit.status === 'waiting';
  unit.status = 'running';
  unit.attempt++;
  unit.spanId = deps.observer.newSpanId(run);
  writeUnit(run, unit, { markReady: first, markStarted: true, startedSeq: nextSeq(run) });
  run.draft.committed.push((nowMs) => {
    if (first) unit.readyAtMs = nowMs;
    unit.startedAtMs = nowMs;
    deps.observer.attemptStarted(run, unit, nowMs);
  });
}

async function execute(deps: EngineDeps, run: HeldRun, unit: Unit, given: unknown): Promise<void> {
  if (!isWanted(run, unit)) {
    run.running--;
    giveBack(deps, run, unit);
    return deps.advance(run);
  }
  const controller = unit.abort!;
  const lines = createAttemptLines((level, message, fields) =>
    deps.observer.stepLogged(run, unit, level, message, fields),
  );
  const result = await runAttempt(
    deps.kinds.get(unit.work.kind)!,
    {
      runId: run.claim.id,
      workflow: run.claim.workflowName,
      step: unit.step.id,
      iteration: unit.iteration === -1 ? null : unit.iteration,
      attempt: unit.attempt,
      idempotencyKey: `${run.claim.id}-${unit.step.id}-${unit.iteration}`,
      with: given,
      signal: controller.signal,
      log: lines.log,
      trace: deps.observer.attemptContext(run, unit),
    },
    controller,
    unit.work.kind === 'approval' ? null : unit.work.timeoutMs,
  );
  unit.abort = null;
  run.running--;
  giveBack(deps, run, unit);
  if (!isWanted(run, unit)) return deps.advance(run);
  const logged = lines.take();
  if (logged) {
    run.draft.logs.push({
      step: unit.step.id,
      iteration: unit.iteration,
      attempt: unit.attempt,
      ...logged,
    });
  }
  if (result.type === 'error' && result.error instanceof StepDeferred) defer(run, unit);
  else applyResult(deps, run, unit, result);
  deps.advance(run);
}

/** false = the run has ended or left, or the unit was cancelled: what comes of it is of no use. */
function isWanted(run: HeldRun, unit: Unit): boolean {
  return (run.phase === 'working' || run.phase === 'draining') && unit.status === 'running';
}

/** The attempt was cut short by the worker's shutdown: it does not count, and is ready again. */
function defer(run: HeldRun, unit: Unit): void {
  unit.status = 'ready';
  unit.attempt--;
  writeUnit(run, unit, { markReady: true });
}

function giveBack(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  run.busy--;
  if (run.slotHolders.delete(unit)) deps.slots.release();
}
