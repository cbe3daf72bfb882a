import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { callApi, type ApiRequest } from '~/api/call-api';
import { ApiProblem, isAway } from '~/api/problem';
import type { Problem } from '#shared/api';
import { usePolling } from './usePolling';

export interface LiveRequest<T> {
  data: ShallowRef<T | null>;
  problem: ShallowRef<Problem | null>;
  isLoading: ShallowRef<boolean>;
  /** Fetches again; the data stays until the answer. Never rejects. */
  refresh: () => Promise<void>;
}

const ASK_AGAIN_MS = 3000;

/**
 * A GET that follows `target()`; null = no request. A new target drops the old data. A failure
 * keeps the data and sets `problem`. While the API is away, it tries again.
 */
export function useRequest<T>(
  target: () => { path: string; query?: ApiRequest['query'] } | null,
): LiveRequest<T> {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const isLoading = shallowRef(false);
  let running = new AbortController();

  async function refresh(): Promise<void> {
    running.abort();
    const mine = (running = new AbortController());
    const wanted = target();
    isLoading.value = wanted !== null;
    if (wanted === null) return;
    try {
      const answer = await callApi<T>(wanted.path, { ...wanted, signal: mine.signal });
      if (mine.signal.aborted) return;
      data.value = answer;
      problem.value = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error.problem;
    }
    isLoading.value = false;
  }

  watch(
    () => JSON.stringify(target()),
    () => {
      data.value = null;
      problem.value = null;
      void refresh();
    },
    { immediate: true },
  );
  usePolling(refresh, () => (problem.value && isAway(problem.value) ? ASK_AGAIN_MS : null));
  onScopeDispose(() => running.abort());
  return { data, problem, isLoading, refresh };
}
