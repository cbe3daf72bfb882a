import type { Step } from '../../shared/api.ts';
import { isFinished } from '../status/finished.ts';

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
