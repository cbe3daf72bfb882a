import { onScopeDispose } from 'vue';
import { inBackground } from '~/tracing/trace-calls';

/** Calls `work` once, a second after the first of many changes; those that come meanwhile share it. */
export function useRefreshSoon(work: () => Promise<void>, afterMs = 1000): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));
  return () => {
    timer ??= setTimeout(() => {
      void inBackground(work).finally(() => (timer = undefined));
    }, afterMs);
  };
}
