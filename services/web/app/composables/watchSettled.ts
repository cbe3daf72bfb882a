import { useTimeoutFn } from '@vueuse/core';
import { watch, type WatchSource } from 'vue';

/**
 * Calls `settled` when the source has not changed for `afterMs`. Unlike `watchDebounced`, it does
 * not call after its component is gone, nor when the person leaves the page: a change of the address would cancel that.
 */
export function watchSettled<T>(
  source: WatchSource<T>,
  settled: (value: T) => void,
  afterMs: number,
): void {
  let last: T;
  const { start, stop } = useTimeoutFn(() => settled(last), afterMs, { immediate: false });
  onBeforeRouteLeave(stop);
  watch(
    source,
    (value) => {
      last = value;
      start();
    },
    { deep: true },
  );
}
