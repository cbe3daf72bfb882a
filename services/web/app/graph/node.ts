import type { GraphStep } from './layout.ts';
import type { Definition, Step } from '../../shared/api.ts';
import type { TextStep } from '../editor/definition-text.ts';
import { isFinished } from '../status/status.ts';

/** A step as the graph draws it; a step of a definition has no status. */
export interface GraphNode extends GraphStep {
  kind: string;
  /** Second line, next to the icon of the kind. */
  note: string;
  /** Accessible name; default: id, kind and status. */
  label?: string;
  status?: string;
  /** Accessible name of a step whose definition has faults. */
  fault?: string;
  /** Items of a map by status, in display order. */
  counts?: readonly { status: string; count: number }[];
}

/** Nodes of a definition in the editor. @param faulty ids of steps with faults */
export function nodesOfText(
  steps: readonly TextStep[],
  faulty: ReadonlySet<string | null>,
): GraphNode[] {
  return steps.map(({ id, kind, needs }) => {
    const node = { id, kind, needs, note: kind };
    return faulty.has(id) ? { ...node, fault: `${id} has errors` } : node;
  });
}

/** Nodes of a stored definition. */
export function nodesOf({ steps }: Definition): GraphNode[] {
  return Object.entries(steps).map(([id, step]) => {
    const { type: kind, needs } = step;
    return { id, kind, needs: Array.isArray(needs) ? needs.map(String) : [], note: kind };
  });
}

const ORDER = ['failed', 'running', 'waiting', 'ready', 'pending', 'cancelled', 'skipped'] as const;

/** Counts of finished items and of items per status except succeeded. null = not a map, or not started. */
export function itemCounts({
  itemsTotal,
  itemsByStatus = {},
}: Pick<Step, 'itemsTotal' | 'itemsByStatus'>): {
  done: number;
  total: number;
  counts: { status: string; count: number }[];
} | null {
  if (!itemsTotal) return null;
  const done = Object.entries(itemsByStatus)
    .filter(([status]) => isFinished(status as Step['status']))
    .reduce((sum, [, count]) => sum + count, 0);
  const counts = ORDER.flatMap((status) => {
    const count = itemsByStatus[status] ?? 0;
    return count === 0 ? [] : [{ status, count }];
  });
  return { done, total: itemsTotal, counts };
}
