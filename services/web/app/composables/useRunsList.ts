import type { Page, RunSummary } from '#shared/api';
import { thisMinute } from '~/address/times';
import { readFilters, requestQuery, writeFilters } from '~/runs/filters';
import { mergeRun } from '~/runs/merge-run';

const LIMIT = 50;
const POLL_WITHOUT_STREAM_MS = 3000;
const POLL_BESIDE_STREAM_MS = 30_000; // the list's stream is best effort

/** The page of runs that the address names, kept up to date by the event stream or, failing that, polls. */
export function useRunsList() {
  const address = useListAddress({ path: '/runs', read: readFilters, write: writeFilters });
  const { filters } = address;
  const request = useRequest<Page<RunSummary>>(() => ({
    path: '/runs',
    query: requestQuery(filters.value, thisMinute(), LIMIT),
  }));
  const { data, refresh } = request;

  const stream = useEventStream({
    url: () => '/api/v1/events/runs',
    types: ['run.changed'],
    onOpen: () => void refresh(),
    onEvent: (text) => {
      if (!data.value) return;
      const changed = JSON.parse(text) as RunSummary;
      const items = mergeRun(data.value.items, changed, filters.value, {
        nowMs: Date.now(),
        limit: LIMIT,
      });
      data.value = { ...data.value, items };
    },
  });

  usePolling(refresh, () => (stream.isOpen.value ? POLL_BESIDE_STREAM_MS : POLL_WITHOUT_STREAM_MS));
  return { ...request, ...address, isLive: stream.isOpen };
}
