import { onScopeDispose, ref, watch, type Ref } from 'vue';

/** The time in epoch ms, ticking while `isTicking()`; still, but set once more, when it stops. */
export function useNow(isTicking: () => boolean, everyMs = 200): Ref<number> {
  const now = ref(Date.now());
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => clearInterval(timer);
  watch(
    isTicking,
    (ticking) => {
      stop();
      now.value = Date.now();
      if (ticking) timer = setInterval(() => (now.value = Date.now()), everyMs);
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return now;
}
