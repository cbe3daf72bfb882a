import { useIntervalFn } from '@vueuse/core';
import { ref, watch, type Ref } from 'vue';

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
