import { useElementVisibility } from '@vueuse/core';
import { computed, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { callApi } from '~/api/call-api';
import { outage } from '~/api/outage';
import { frameOf, spanOf } from '~/dashboards/series';
import type { Problem, QueryData } from '#shared/api';
import { useLatest } from './useRequest';

/** A query. Between two requests only its times change. */
export interface DataQuery {
  path: string;
  body: Record<string, unknown>;
  times: { from: string; to: string };
}

/**
 * The data of a panel; null = no request. Data stay while the next ones
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
  const { problem, ask } = useLatest();
  let asked = '';

  async function fetchData({ path, body, times: wanted }: DataQuery): Promise<void> {
    const question = JSON.stringify([path, body]);
    if (question !== asked) data.value = null;
    asked = question;
    await ask(
      (signal) =>
        callApi<QueryData>(path, { method: 'POST', body: { ...body, ...wanted }, signal }),
      (answer) => {
        times.value = wanted;
        data.value = answer;
      },
    );
  }

  watch(
    [() => JSON.stringify(query()), () => query()?.times, () => outage.value === null],
    ([, , isThere]) => {
      const wanted = query();
      if (wanted !== null && isThere) void fetchData(wanted);
    },
    { immediate: true },
  );
  return { data, times, problem };
}

/** The data of a query, on one time axis. It asks for them when the element comes into view. */
export function useShownData(element: Readonly<Ref<HTMLElement | null>>, query: () => DataQuery) {
  // 200 px early, so that the data are there when the element comes into view.
  const isInView = useElementVisibility(element, { rootMargin: '200px' });
  const { data, times, problem } = useQueryData(() => (isInView.value ? query() : null));
  return {
    data,
    problem,
    isBusy: computed(() => isInView.value && !data.value && !problem.value),
    frame: computed(() => data.value && frameOf(data.value)),
    /** The times of the data. */
    shownSpan: computed(() => times.value && spanOf(times.value)),
  };
}
