import { useDocumentVisibility } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';

const REFRESH_MS = 15_000;

/** So long up to now, as ISO 8601; it moves on while somebody can see the page. */
export function useRecentSpan(lookBackMs: number): ComputedRef<{ from: string; to: string }> {
  const visibility = useDocumentVisibility();
  const now = useNow(() => visibility.value === 'visible', REFRESH_MS);
  return computed(() => ({
    from: new Date(now.value - lookBackMs).toISOString(),
    to: new Date(now.value).toISOString(),
  }));
}
