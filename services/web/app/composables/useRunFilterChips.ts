import { formatCost } from '~/format/amount';
import { formatDuration } from '~/format/duration';
import type { RunFilters } from '~/runs/filters';
import { shortId } from '~/format/short-id';

/** Labels for filters whose controls are not always visible; `key` is the filter's name. */
export function useRunFilterChips(filters: () => RunFilters) {
  const { t } = useI18n();
  return computed(() => {
    const { parent, owner, minDurationMs, minCostUsd, isFlat } = filters();
    const chips: { key: keyof RunFilters; label: string; icon: string }[] = [];
    if (parent !== null) {
      const label = t('filters.ofRun', { id: shortId(parent) });
      chips.push({ key: 'parent', label, icon: 'i-lucide-corner-down-right' });
    }
    if (owner !== null) {
      const label = t('filters.startedBy', { who: owner });
      chips.push({ key: 'owner', label, icon: 'i-lucide-user-round' });
    }
    if (minDurationMs !== null) {
      const label = t('filters.tookAtLeast', { duration: formatDuration(minDurationMs) });
      chips.push({ key: 'minDurationMs', label, icon: 'i-lucide-timer' });
    }
    if (minCostUsd !== null) {
      const label = t('filters.costAtLeast', { cost: formatCost(minCostUsd) });
      chips.push({ key: 'minCostUsd', label, icon: 'i-lucide-circle-dollar-sign' });
    }
    if (isFlat) {
      chips.push({ key: 'isFlat', label: t('filters.flat'), icon: 'i-lucide-list' });
    }
    return chips;
  });
}
