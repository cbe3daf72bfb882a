import { useDocumentVisibility } from '@vueuse/core';
import { onScopeDispose, watch, toValue, type MaybeRefOrGetter } from 'vue';

/**
 * Calls `work` again `intervalMs()` after it last ended; null pauses. A hidden page pauses, and
 * calls `work` when it becomes visible. Calls never overlap. `work` handles its own errors.
 */
export function usePolling(work: () => Promise<void>, intervalMs: () => number | null): void {
  const visibility = useDocumentVisibility();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isBusy = false;
  let isOver = false;

  async function call(): Promise<void> {
    isBusy = true;
    await work().finally(() => (isBusy = false));
    schedule();
  }

  function schedule(): void {
    clearTimeout(timer);
    const delayMs = visibility.value === 'visible' ? intervalMs() : null;
    // A running call schedules the next one when it ends.
    if (delayMs === null || isOver || isBusy) return;
    timer = setTimeout(() => void call(), delayMs);
  }

  watch(intervalMs, schedule, { immediate: true });
  watch(visibility, () => {
    clearTimeout(timer);
    if (visibility.value === 'visible' && intervalMs() !== null && !isBusy) void call();
  });
  onScopeDispose(() => {
    isOver = true;
    clearTimeout(timer);
  });
}

/** Calls `work` once, `afterMs` after the first of many changes. Changes until `work` ends share the call. */
export function useRefreshSoon(
  work: () => Promise<void>,
  afterMs: MaybeRefOrGetter<number> = 1000,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));
  return () => {
    timer ??= setTimeout(() => {
      void work().finally(() => (timer = undefined));
    }, toValue(afterMs));
  };
}
