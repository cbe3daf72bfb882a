import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { callApi } from '~/api/call-api';
import { ApiProblem } from '~/api/problem';
import type { Problem, QueryData } from '#shared/api';

/** A question of which only the times change from one asking to the next. */
export interface DataQuery {
  path: string;
  body: Record<string, unknown>;
  times: { from: string; to: string };
}

/**
 * The data of a panel or of a runbook's query; null = nothing is asked at the moment. Data stay while
 * the next are on their way and when they do not come; another question drops them. New `times` ask again,
 * even where they are equal: a person asked for fresh data.
 */
export function useQueryData(query: () => DataQuery | null): {
  data: ShallowRef<QueryData | null>;
  /** The times that `data` is of. */
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
