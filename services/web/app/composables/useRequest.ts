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
 * keeps the data and sets `problem`. While the API is away, it tries again. `choose` picks what to
 * show when an answer arrives beside what is shown; otherwise the answer.
 */
export function useRequest<T>(
  target: () => { path: string; query?: ApiRequest['query'] } | null,
  choose = (answer: T, _shown: T | null): T => answer,
): LiveRequest<T> {
  const data = shallowRef<T | null>(null);
  const isLoading = shallowRef(false);
  const { problem, ask, abort } = useLatest();

  async function refresh(): Promise<void> {
    const wanted = target();
    isLoading.value = wanted !== null;
    if (wanted === null) return abort();
    const isLatest = await ask(
      (signal) => callApi<T>(wanted.path, { ...wanted, signal }),
      (answer) => (data.value = choose(answer, data.value)),
    );
    if (isLatest) isLoading.value = false;
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
  return { data, problem, isLoading, refresh };
}

/** Makes requests of which only the latest counts: it aborts the one before it. A failure sets `problem`. */
export function useLatest() {
  const problem = shallowRef<Problem | null>(null);
  let running = new AbortController();
  const abort = (): void => running.abort();
  onScopeDispose(abort);

  /** @returns false if a later request or `abort` came first; then its answer is dropped */
  async function ask<T>(
    call: (signal: AbortSignal) => Promise<T>,
    take: (answer: T) => void,
  ): Promise<boolean> {
    abort();
    const { signal } = (running = new AbortController());
    try {
      const answer = await call(signal);
      if (signal.aborted) return false;
      take(answer);
      problem.value = null;
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error.problem;
    }
    return true;
  }
  return { problem, ask, abort };
}
