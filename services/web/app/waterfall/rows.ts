import type { Page, Step } from '../../shared/api.ts';

/** A line of the waterfall: a step, an item of a map, or the way to more items. */
export type Row =
  | { key: string; type: 'step' | 'item'; step: Step; canExpand: boolean; isExpanded: boolean }
  | {
      key: string;
      type: 'more';
      stepId: string;
      loaded: number;
      total: number;
      isLoading: boolean;
    };

/** What has been fetched of a map's items; `nextCursor` null = all of them. */
export interface LoadedItems extends Page<Step> {
  isLoading: boolean;
}

export function keyOf(step: Pick<Step, 'id' | 'iteration'>): string {
  return step.iteration === null ? step.id : `${step.id}[${step.iteration}]`;
}

/**
 * The lines in reading order: steps reused from an earlier run, then those that became ready by the
 * time they did, then the rest as defined; the items of an opened map right below it.
 */
export function rowsOf(
  steps: readonly Step[],
  items: ReadonlyMap<string, LoadedItems>,
  expanded: ReadonlySet<string>,
): Row[] {
  const rows: Row[] = [];
  for (const step of [...steps].sort(byReadiness)) {
    const isExpanded = expanded.has(step.id);
    rows.push({
      key: step.id,
      type: 'step',
      step,
      canExpand: (step.itemsTotal ?? 0) > 0,
      isExpanded,
    });
    if (isExpanded) rows.push(...itemRows(step, items.get(step.id)));
  }
  return rows;
}

function itemRows(map: Step, loaded: LoadedItems | undefined): Row[] {
  const items = loaded?.items ?? [];
  const rows: Row[] = items.map((step) => ({
    key: keyOf(step),
    type: 'item',
    step,
    canExpand: false,
    isExpanded: false,
  }));
  if (loaded?.nextCursor === null) return rows;
  const [total, isLoading] = [map.itemsTotal ?? 0, loaded?.isLoading ?? true];
  return [
    ...rows,
    { key: `${map.id}+`, type: 'more', stepId: map.id, loaded: items.length, total, isLoading },
  ];
}

/** Array sort is stable, so ties keep the order of the definition. */
function byReadiness(a: Step, b: Step): number {
  return readyMs(a) - readyMs(b) || 0;
}

function readyMs(step: Step): number {
  if (step.resolution === 'reused' || step.resolution === 'edited') return 0; // it was there before the run began
  const first = step.attempts[0]?.readyAt ?? step.readyAt;
  return first ? Date.parse(first) : Number.MAX_SAFE_INTEGER;
}
