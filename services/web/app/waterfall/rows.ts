import type { Page, Run, Step } from '../../shared/api.ts';
import { moveIn, type Move } from '../tree/move.ts';

/** A line of the waterfall. */
export type Row = StepRow | MoreRow | NoteRow;

interface Line {
  key: string;
  /** 1 = top level. */
  level: number;
  step: Step;
  canExpand: boolean;
  isExpanded: boolean;
}

export interface StepRow extends Line {
  type: 'step' | 'item' | 'child';
  /** The child run that the step belongs to; null = the page's own run. */
  childRunId: string | null;
}

/** A line that loads more items of the map `step`. */
export interface MoreRow extends Line {
  type: 'more';
  loaded: number;
  total: number;
  isLoading: boolean;
}

/** Stands for the steps of a child run that is loading or gone. */
export interface NoteRow extends Line {
  type: 'note';
  isGone: boolean;
}

/** The fetched items of a map; `nextCursor` null = all of them. */
export interface LoadedItems extends Page<Step> {
  isLoading: boolean;
}

/** An open child run; `run` null = not fetched yet, or gone. */
export interface ChildRun {
  run: Run | null;
  isGone: boolean;
}

export function keyOf(step: Pick<Step, 'id' | 'iteration'>): string {
  return step.iteration === null ? step.id : `${step.id}[${step.iteration}]`;
}

/**
 * The lines in reading order: steps reused from an earlier run, then steps by the time they became
 * ready, then the rest as defined. Items of an open map follow it.
 * @param children open child runs by id; their steps follow the step that started them
 */
export function rowsOf(
  steps: readonly Step[],
  items: ReadonlyMap<string, LoadedItems>,
  expanded: ReadonlySet<string>,
  children: ReadonlyMap<string, ChildRun> = new Map(),
): Row[] {
  return inReadingOrder(steps).flatMap((step) => {
    const place = { type: 'step', level: 1, key: step.id, childRunId: null } as const;
    return step.itemsTotal ? mapRows(step, place) : stepRows(step, place);
  });

  function mapRows(step: Step, place: Place): Row[] {
    const isExpanded = expanded.has(step.id);
    const row = { ...place, step, canExpand: true, isExpanded };
    return isExpanded ? [row, ...itemRows(step, items.get(step.id))] : [row];
  }

  /** The line of a step, and the lines of its child run if it is open. */
  function stepRows(step: Step, place: Place): Row[] {
    const childRunId = step.childRunId ?? null;
    const child = childRunId === null ? undefined : children.get(childRunId);
    const row = { ...place, step, canExpand: childRunId !== null, isExpanded: Boolean(child) };
    if (!child) return [row];
    const below = { level: place.level + 1, key: `${place.key}/` };
    if (!child.run) return [row, { ...below, ...LEAF, type: 'note', step, isGone: child.isGone }];
    const rows = inReadingOrder(child.run.steps).flatMap((each) =>
      stepRows(each, { ...below, type: 'child', key: below.key + each.id, childRunId }),
    );
    return [row, ...rows];
  }
}

type Place = Pick<StepRow, 'type' | 'level' | 'key' | 'childRunId'>;
const LEAF = { canExpand: false, isExpanded: false };

/** The steps, but those of open child runs instead of the steps that started them. */
export function openSteps(
  steps: readonly Step[],
  children: ReadonlyMap<string, ChildRun>,
): readonly Step[] {
  if (children.size === 0) return steps;
  return steps.flatMap((step) => {
    const run = step.childRunId === undefined ? null : children.get(step.childRunId)?.run;
    return run ? openSteps(run.steps, children) : [step];
  });
}

function itemRows(map: Step, loaded: LoadedItems | undefined): Row[] {
  const items = loaded?.items ?? [];
  const below = { ...LEAF, level: 2 };
  const rows: Row[] = items.map((step) => ({
    ...below,
    key: keyOf(step),
    type: 'item',
    step,
    childRunId: null,
  }));
  if (loaded?.nextCursor === null) return rows;
  const [total, isLoading] = [map.itemsTotal ?? 0, loaded?.isLoading ?? true];
  const key = `${map.id}+`;
  return [
    ...rows,
    { ...below, key, type: 'more', step: map, loaded: items.length, total, isLoading },
  ];
}

/** Array sort is stable, so ties keep the order of the definition. */
function inReadingOrder(steps: readonly Step[]): Step[] {
  return steps
    .map((step) => ({ step, at: readyMs(step) }))
    .sort((a, b) => a.at - b.at)
    .map(({ step }) => step);
}

function readyMs(step: Step): number {
  if (step.resolution === 'reused' || step.resolution === 'edited') return 0; // from before the run began
  const first = step.firstReadyAt ?? step.readyAt;
  return first ? Date.parse(first) : Number.MAX_SAFE_INTEGER;
}

/**
 * Reads a key: it moves through steps, items of open maps and steps of open child runs. `index` -1
 * = nothing is selected.
 */
export function moveFor(key: string, rows: readonly Row[], index: number): Move | null {
  const lines = rows.map(({ level, canExpand, isExpanded }) => ({
    depth: level - 1,
    isOpen: canExpand ? isExpanded : null,
  }));
  return moveIn(key, lines, index);
}
