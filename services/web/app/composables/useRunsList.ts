import type { Page, RunSummary } from '#shared/api';
import { requestQuery, type RunFilters } from '~/runs/filters';
import { mergeRun } from '~/runs/merge-run';

const LIMIT = 50;
const POLL_WITHOUT_STREAM_MS = 3000;
const POLL_BESIDE_STREAM_MS = 30_000; // the list's stream is best effort

/** The page of runs that the filters name, kept up to date by the event stream or, failing that, polls. */
export function useRunsList(filters: () => RunFilters) {
  const { data, problem, isLoading, refresh } = useRequest<Page<RunSummary>>(() => ({
    path: '/runs',
    // By the minute: a relative period must not make a new target with every millisecond.
    query: requestQuery(filters(), Math.floor(Date.now() / 60_000) * 60_000, LIMIT),
  }));

  const stream = useEventStream({
    url: () => '/api/v1/events/runs',
    types: ['run.changed'],
    onOpen: () => void refresh(),
    onEvent: (text) => {
      if (!data.value) return;
      const changed = JSON.parse(text) as RunSummary;
      const items = mergeRun(data.value.items, changed, filters(), {
        nowMs: Date.now(),
        limit: LIMIT,
      });
      data.value = { ...data.value, items };
    },
  });

  usePolling(refresh, () => (stream.isOpen.value ? POLL_BESIDE_STREAM_MS : POLL_WITHOUT_STREAM_MS));
  return { page: data, problem, isLoading, refresh, isLive: stream.isOpen };
}
