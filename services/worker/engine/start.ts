import { beginInSlot } from './begin.ts';
import type { EngineDeps } from './engine-deps.ts';
import { expandMap } from './expand.ts';
import type { HeldRun } from './held-run.ts';
import { addUnit, readyAtMs, setDue, writeUnit } from './held-run.ts';
import { failUnit, isPoison, isSuspect, toFailure } from './outcome.ts';
import { scopeOf, withOutputs } from './scope.ts';
import { closeUnit } from './settle.ts';
import type { Unit } from './unit.ts';
import { createUnit } from './unit.ts';
import { evaluateSoon } from './work.ts';

/** A step's turn: its condition decides, then it asks for a slot, or becomes a map's items. */
export function takeTurn(deps: EngineDeps, run: HeldRun, index: number): void {
  const step = run.plan.steps[index]!;
  const unit = createUnit(step, { readyAtMs: readyAtMs(run, index) });
  addUnit(run, unit);
  if (step.condition || step.map) prepare(deps, run, unit, step.condition);
  else requestStart(deps, run, unit);
}

/** Goes on with a map whose items were begun by another worker. */
export function resumeMap(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  evaluateSoon(deps, run, () => prepare(deps, run, unit, null));
}

function prepare(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  condition: HeldRun['plan']['steps'][number]['condition'],
): void {
  const over = unit.step.map?.over ?? null;
  const templates = [condition, over];
  run.busy++;
  withOutputs(deps, run, templates, (outputs) => {
    run.busy--;
    if (run.phase !== 'working') return;
    const scope = scopeOf(run, templates, outputs);
    const atMs = deps.clock.now();
    try {
      if (condition && condition.evaluate(scope) !== true) {
        closeUnit(deps, run, unit, { status: 'skipped', atMs: deps.clock.now() });
      } else if (over) {
        const items = expandMap(deps, run, unit, { over: over.evaluate(scope), atMs });
        startRestored(deps, run, items);
      } else requestStart(deps, run, unit);
    } catch (error) {
      failUnit(deps, run, unit, { failure: toFailure(error), atMs: deps.clock.now() });
    }
    deps.advance(run);
  });
}

function startRestored(deps: EngineDeps, run: HeldRun, items: readonly Unit[]): void {
  for (const item of items) {
    if (item.status === 'ready' && !item.handed) startAgain(deps, run, item);
  }
  deps.takeMessages(run, run.earlyMessages.splice(0));
}

/** Starts a unit that another worker left, unless it has killed too many of them. */
export function startAgain(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  if (!isPoison(unit)) return requestStart(deps, run, unit);
  const failure = {
    code: 'poison',
    message: `${unit.crashes} workers died while running this step; it is not tried again.`,
    crashes: unit.crashes,
  };
  failUnit(deps, run, unit, { failure, atMs: deps.clock.now() });
}

/**
 * Asks for a slot; a unit that has to wait for one is `ready` in the database. What takes no slot is
 * left for `advance` to begin.
 */
export function requestStart(deps: EngineDeps, run: HeldRun, unit: Unit): void {
  run.busy++;
  unit.waitsFor = null;
  setDue(run, unit, null);
  if (!deps.kinds.get(unit.work.kind)!.takesSlot && !isSuspect(unit)) {
    run.atOnce.push(unit);
    return;
  }
  const request = {
    workflowId: run.claim.workflowId,
    lane: unit.work.lane,
    alone: isSuspect(unit),
    start() {
      unit.slotRequest = null;
      run.slotHolders.set(unit, request);
      evaluateSoon(deps, run, () => beginInSlot(deps, run, unit));
    },
  };
  unit.slotRequest = request;
  if (deps.slots.request(request)) return;
  deps.slotAwaited(request, run, unit);
  if (unit.status === 'ready') return;
  unit.status = 'ready';
  writeUnit(run, unit);
}
