import { MAX_MAP_ITEMS, MAX_STEPS } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun, MapProgress } from './held-run.ts';
import { addUnit, nextSeq, writeUnit } from './held-run.ts';
import { stopUnit } from './leave.ts';
import { setStarted } from './begin.ts';
import { failUnit } from './outcome.ts';
import { areRecalled } from './recall.ts';
import { closeUnit } from './settle.ts';
import type { Unit } from './unit.ts';
import { createUnit, unitKey } from './unit.ts';

/**
 * Begins a map: its items become units, as many at a time as its concurrency allows. A map that
 * another worker began keeps the items' rows; the answer is the items that were under way there.
 */
export function expandMap(
  deps: EngineDeps,
  run: HeldRun,
  unit: Unit,
  { over, atMs }: { over: unknown; atMs: number },
): readonly Unit[] {
  const items = toItems(over, run, unit);
  const { index } = unit.step;
  if (unit.status !== 'running') setStarted(unit, atMs);
  const {
    ended: known,
    endedAtMs,
    failure,
  } = run.endedItems?.get(index) ?? {
    ended: [] as number[],
    endedAtMs: unit.startedAtMs!,
    failure: null,
  };
  // Of a run that goes on from another, the list may be shorter now.
  const ended = new Set([...known].filter((iteration) => iteration < items.length));
  const restored = [...run.units.values()].filter(
    (one) => one.step.index === index && one.iteration >= 0,
  );
  run.maps.set(index, {
    unit,
    items,
    next: 0,
    ended,
    running: restored.length,
    open: items.length - ended.size,
    movedAtMs: endedAtMs,
    failure,
  });
  for (const one of restored) one.item = items[one.iteration];
  run.movedMaps.add(index);
  addUnit(run, unit);
  if (unit.status === 'running') return restored;
  run.stepsTotal += items.length;
  unit.status = 'running';
  unit.attempt = 1;
  unit.spanId = deps.observer.newSpanId(run);
  writeUnit(run, unit, { startedSeq: nextSeq(run) });
  run.draft.committed.push(() => deps.observer.attemptStarted(run, unit));
  return [];
}

function toItems(over: unknown, run: HeldRun, unit: Unit): readonly unknown[] {
  if (!Array.isArray(over)) {
    throw new AioError('map_over_no_list', '`over` must give a list.', {
      details: { given: over === null ? 'null' : typeof over },
    });
  }
  if (over.length > MAX_MAP_ITEMS) {
    throw new AioError(
      'map_too_wide',
      `\`over\` gives ${over.length} items; a map takes ${MAX_MAP_ITEMS}.`,
      {
        details: { items: over.length, limit: MAX_MAP_ITEMS },
      },
    );
  }
  if (unit.status !== 'running' && run.stepsTotal + over.length > MAX_STEPS) {
    throw new AioError(
      'too_many_steps',
      `With this map's ${over.length} items the run would have more than ${MAX_STEPS} steps.`,
      {
        details: { limit: MAX_STEPS },
      },
    );
  }
  return over;
}

/** Goes on with a map of which something ended: more items, or its end. Answers the items to start. */
export function advanceMap(deps: EngineDeps, run: HeldRun, map: MapProgress): Unit[] {
  if (map.failure) {
    const items = itemsOf(run, map);
    if (!areRecalled(deps, run, items)) return [];
    cancelItems(deps, run, map, items);
    run.maps.delete(map.unit.step.index);
    failUnit(deps, run, map.unit, { failure: map.failure, atMs: map.movedAtMs });
    return [];
  }
  if (map.open === 0) {
    run.maps.delete(map.unit.step.index);
    // The output is null here and put together from the items' rows when somebody asks.
    closeUnit(deps, run, map.unit, { status: 'succeeded', atMs: map.movedAtMs });
    return [];
  }
  const started: Unit[] = [];
  const { concurrency } = map.unit.step.map!;
  while (map.running < concurrency && map.next < map.items.length) {
    const iteration = map.next++;
    if (map.ended.has(iteration) || run.units.has(unitKey(map.unit.step.index, iteration)))
      continue;
    const unit = createUnit(map.unit.step, {
      iteration,
      item: map.items[iteration],
      readyAtMs: map.movedAtMs,
    });
    addUnit(run, unit);
    map.running++;
    started.push(unit);
  }
  return started;
}

/** Those that have begun and not ended. */
function itemsOf(run: HeldRun, { unit: { step } }: MapProgress): Unit[] {
  return [...run.units.values()].filter((unit) => unit.step === step && unit.iteration >= 0);
}

function cancelItems(
  deps: EngineDeps,
  run: HeldRun,
  map: MapProgress,
  items: readonly Unit[],
): void {
  for (const unit of items) {
    stopUnit(deps, run, unit, new AioError('cancelled', 'Another item of the map has failed.'));
    closeUnit(deps, run, unit, { status: 'cancelled', atMs: deps.clock.now() });
  }
  // Those that never began have no rows, and are no steps of the run.
  run.stepsTotal -= map.open;
}
