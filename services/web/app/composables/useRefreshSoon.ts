import { onScopeDispose, toValue, type MaybeRefOrGetter } from 'vue';
import { inBackground } from '~/tracing/trace-calls';

/** Calls `work` once, `afterMs` after the first of many changes. Changes until `work` ends share the call. */
export function useRefreshSoon(
  work: () => Promise<void>,
  afterMs: MaybeRefOrGetter<number> = 1000,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));
  return () => {
    timer ??= setTimeout(() => {
      void inBackground(work).finally(() => (timer = undefined));
    }, toValue(afterMs));
  };
}
