import { formatCost } from '../format/amount.ts';
import { formatDuration } from '../format/duration.ts';
import { shortId } from '../format/text.ts';
import type { RunFilters } from './filters.ts';

/** The active filters whose controls are not always visible, in words, and the change that removes each. */
export function chipsOf({
  labels,
  parent,
  owner,
  minDurationMs: ms,
  minCostUsd: usd,
  gameDays,
  isFlat,
}: RunFilters) {
  const all = [
    ['parent', parent && `Child runs of ${shortId(parent)}`, 'i-lucide-corner-down-right'],
    ['owner', owner && `Started by ${owner}`, 'i-lucide-user-round'],
    ['minDurationMs', ms && `Took ${formatDuration(ms)} or more`, 'i-lucide-timer'],
    ['minCostUsd', usd && `Cost ${formatCost(usd)} or more`, 'i-lucide-circle-dollar-sign'],
    ['gameDays', gameDays && 'With game days', 'i-lucide-swords'],
    ['isFlat', isFlat && 'With child runs', 'i-lucide-list'],
  ] as const;
  const ofLabels = Object.entries(labels).map(([name, value]) => ({
    label: `${name}=${value}`,
    icon: 'i-lucide-tag',
    removal: { labels: Object.fromEntries(Object.entries(labels).filter(([key]) => key !== name)) },
  }));
  const others = all.flatMap(([key, label, icon]) => {
    const removal: Partial<RunFilters> = {
      [key]: key === 'isFlat' || key === 'gameDays' ? false : null,
    };
    return label ? [{ label, icon, removal }] : [];
  });
  return [...ofLabels, ...others];
}
