import { onScopeDispose, watch } from 'vue';

/**
 * Calls `work` again and again, `intervalMs()` after it last ended; null pauses. Never two calls
 * at once. `work` handles its own errors.
 */
export function usePolling(work: () => Promise<void>, intervalMs: () => number | null): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const schedule = (): void => {
    clearTimeout(timer);
    const delayMs = intervalMs();
    if (delayMs === null || isOver) return;
    timer = setTimeout(() => void work().finally(schedule), delayMs);
  };

  watch(intervalMs, schedule, { immediate: true });
  onScopeDispose(() => {
    isOver = true;
    clearTimeout(timer);
  });
}
