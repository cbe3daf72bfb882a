import { useDocumentVisibility } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';

const REFRESH_MS = 15_000;

/** The last `lookBackMs`, as ISO 8601. It moves on while the page is visible. */
export function useRecentSpan(lookBackMs: number): ComputedRef<{ from: string; to: string }> {
  const visibility = useDocumentVisibility();
  const now = useNow(() => visibility.value === 'visible', REFRESH_MS);
  return computed(() => ({
    from: new Date(now.value - lookBackMs).toISOString(),
    to: new Date(now.value).toISOString(),
  }));
}
