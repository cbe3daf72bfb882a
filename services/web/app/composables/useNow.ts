import { useIntervalFn, useDocumentVisibility } from '@vueuse/core';
import { ref, watch, type Ref, computed, type ComputedRef } from 'vue';

/** The time in epoch ms. It ticks while `isTicking()`; when it stops, it is set once more. */
export function useNow(isTicking: () => boolean, everyMs = 200): Ref<number> {
  const now = ref(Date.now());
  const tick = (): void => {
    now.value = Date.now();
  };
  const { pause, resume } = useIntervalFn(tick, everyMs, { immediate: false });
  watch(
    isTicking,
    (ticking) => {
      tick();
      if (ticking) resume();
      else pause();
    },
    { immediate: true },
  );
  return now;
}

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
