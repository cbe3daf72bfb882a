import { formatCost } from '../format/amount.ts';
import { formatDuration } from '../format/duration.ts';
import { shortId } from '../format/text.ts';
import { t } from '../text/i18n.ts';
import type { RunFilters } from './filters.ts';

/** The active filters whose controls are not always visible, in words; `key` is the filter's name. */
export function chipsOf({
  parent,
  owner,
  minDurationMs: ms,
  minCostUsd: usd,
  gameDays,
  isFlat,
}: RunFilters) {
  const all = [
    ['parent', parent && t('filters.ofRun', { id: shortId(parent) }), 'i-lucide-corner-down-right'],
    ['owner', owner && t('filters.startedBy', { who: owner }), 'i-lucide-user-round'],
    [
      'minDurationMs',
      ms && t('filters.tookAtLeast', { duration: formatDuration(ms) }),
      'i-lucide-timer',
    ],
    [
      'minCostUsd',
      usd && t('filters.costAtLeast', { cost: formatCost(usd) }),
      'i-lucide-circle-dollar-sign',
    ],
    ['gameDays', gameDays && t('filters.withGameDays'), 'i-lucide-swords'],
    ['isFlat', isFlat && t('filters.flat'), 'i-lucide-list'],
  ] as const;
  return all.flatMap(([key, label, icon]) => (label ? [{ key, label, icon }] : []));
}
