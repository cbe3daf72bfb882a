import { MAX_MAP_ITEMS, MAX_RUN_STEPS } from '../definition/limits.ts';
import { AioError } from '../errors.ts';
import { setStarted, makeReady } from './attempts.ts';
import { endStep } from './end-step.ts';
import type { Moment } from './rows.ts';
import { writeStep } from './next-commit.ts';
import { addStep, type MapState, nextSeq, NOT_LOOKED, type RunState } from './run-state.ts';
import { createStep, isInLane, stepNumber, type StepState } from './step-state.ts';

/**
 * Starts a map. Its items become steps, up to its concurrency at a time. If another worker started the map, it
 * continues with the existing rows of items.
 * @throws AioError if `over` returns no list, or too many items
 */
export function expandMap(run: RunState, step: StepState, over: unknown, atMs: Moment): void {
  const isResumed = step.status === 'running';
  const items = toItems(run, over, isResumed);
  const { index } = step.step;
  if (!isResumed) setStarted(step, atMs);
  const restored = run.restoredItems.get(index);
  // In a retried run, the list may be shorter now.
  const ended = new Set([...(restored?.ended ?? [])].filter((item) => item < items.length));
  const begun = itemsOf(run, step);
  run.maps.set(index, {
    step,
    items,
    next: 0,
    ended,
    running: begun.length,
    open: items.length - ended.size,
    movedAtMs: restored?.endedAtMs ?? step.startedAtMs!,
    failure: restored?.failure ?? null,
  });
  run.tasks.movedMaps.add(index);
  if (isResumed) {
    for (const item of begun) resumeItem(run, item, items[item.iteration]);
    // Messages for items could not be applied until now.
    run.changesSeen = NOT_LOOKED;
    run.effects.push({ type: 'look' });
    return;
  }
  run.stepsTotal += items.length;
  step.status = 'running';
  step.attempt = 1;
  step.spanId = run.sources.stepSpanId(step);
  writeStep(run, step, { startedSeq: nextSeq(run) });
  run.effects.push({ type: 'attemptStarted', step: { ...step } });
}

function resumeItem(run: RunState, item: StepState, value: unknown): void {
  item.item = value;
  if (item.status === 'ready' && item.workerId === null) makeReady(run, item);
}

function toItems(run: RunState, over: unknown, isResumed: boolean): readonly unknown[] {
  if (!Array.isArray(over)) {
    throw new AioError('map_over_no_list', '`over` must return a list.', {
      details: { given: over === null ? 'null' : typeof over },
    });
  }
  if (over.length > MAX_MAP_ITEMS) {
    throw new AioError(
      'map_too_wide',
      `\`over\` returns ${over.length} items, but a map can have at most ${MAX_MAP_ITEMS}.`,
      { details: { items: over.length, limit: MAX_MAP_ITEMS } },
    );
  }
  if (!isResumed && run.stepsTotal + over.length > MAX_RUN_STEPS) {
    throw new AioError(
      'too_many_steps',
      `With the ${over.length} items of this map, the run would have more than ${MAX_RUN_STEPS} steps.`,
      { details: { limit: MAX_RUN_STEPS } },
    );
  }
  return over;
}

/** Continues a map after an item's end: starts more items, or ends the map. */
export function moveMap(run: RunState, index: number): void {
  const map = run.maps.get(index);
  if (!map) return;
  if (map.failure) return failMap(run, map);
  if (map.open === 0) {
    run.maps.delete(index);
    // The output is null here. An expression that reads it gets it from the items' rows.
    endStep(run, map.step, { status: 'succeeded', atMs: map.movedAtMs });
    return;
  }
  const { concurrency } = map.step.step.map!;
  while (map.running < concurrency && map.next < map.items.length) {
    const iteration = map.next++;
    if (map.ended.has(iteration) || run.open.has(stepNumber(index, iteration))) continue;
    const item = createStep(map.step.step, {
      iteration,
      item: map.items[iteration],
      readyAtMs: map.movedAtMs,
    });
    addStep(run, item);
    map.running++;
    makeReady(run, item);
  }
}

function failMap(run: RunState, map: MapState): void {
  const begun = itemsOf(run, map.step);
  if (begun.some(isInLane)) run.effects.push({ type: 'laneStepsCancelled' });
  for (const item of begun) endStep(run, item, { status: 'cancelled', atMs: run.sources.now() });
  // Items that never started have no rows, and do not count as steps of the run.
  run.stepsTotal -= map.open;
  run.maps.delete(map.step.step.index);
  endStep(run, map.step, { status: 'failed', error: map.failure!, atMs: map.movedAtMs });
}

/** The map's running items. */
function itemsOf(run: RunState, { step }: StepState): StepState[] {
  return [...run.open.values()].filter((one) => one.step === step && one.iteration >= 0);
}
