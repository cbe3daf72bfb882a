import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { callApi } from '~/api/call-api';
import { ApiProblem } from '~/api/problem';
import type { Problem, QueryData } from '#shared/api';

/** A query. Between two requests only its times change. */
export interface DataQuery {
  path: string;
  body: Record<string, unknown>;
  times: { from: string; to: string };
}

/**
 * The data of a panel or of a runbook's query; null = no request. Data stay while the next ones
 * load or fail; another query drops them. New `times` fetch again even if they are equal, because a
 * person asked for it.
 */
export function useQueryData(query: () => DataQuery | null): {
  data: ShallowRef<QueryData | null>;
  /** The times of `data`. */
  times: ShallowRef<DataQuery['times'] | null>;
  problem: ShallowRef<Problem | null>;
} {
  const data = shallowRef<QueryData | null>(null);
  const times = shallowRef<DataQuery['times'] | null>(null);
  const problem = shallowRef<Problem | null>(null);
  let running = new AbortController();
  let asked = '';

  async function ask(wanted: DataQuery): Promise<void> {
    running.abort();
    const mine = (running = new AbortController());
    const question = JSON.stringify([wanted.path, wanted.body]);
    if (question !== asked) data.value = null;
    asked = question;
    try {
      const answer = await callApi<QueryData>(wanted.path, {
        method: 'POST',
        body: { ...wanted.body, ...wanted.times },
        signal: mine.signal,
      });
      if (mine.signal.aborted) return;
      times.value = wanted.times;
      data.value = answer;
      problem.value = null;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error.problem;
    }
  }

  watch(
    [() => JSON.stringify(query()), () => query()?.times],
    () => {
      const wanted = query();
      if (wanted !== null) void ask(wanted);
    },
    { immediate: true },
  );
  onScopeDispose(() => running.abort());
  return { data, times, problem };
}
