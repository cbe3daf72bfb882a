import type { Page, RunSummary, WorkflowSummary } from '#shared/api';
import { thisMinute } from '~/address/query';
import { readFilters, requestQuery, writeFilters } from '~/runs/filters';
import { holdRows, mergeRun } from '~/runs/live-rows';
import { p95ByWorkflow } from '~/runs/row';

const LIMIT = 50;
const POLL_WITHOUT_STREAM_MS = 3000;
const POLL_BESIDE_STREAM_MS = 30_000; // the list's stream is best effort

/**
 * The page of runs that the address names, kept current by the event stream or by polls. While
 * `isHeld()`, `rows` keep their places and `news` counts newer runs.
 */
export function useRunsList(isHeld: () => boolean) {
  const address = useListAddress({ path: '/runs', read: readFilters, write: writeFilters });
  const { filters } = address;
  const request = useRequest<Page<RunSummary>>(() => ({
    path: '/runs',
    query: requestQuery(filters.value, thisMinute(), LIMIT),
  }));
  const { data, refresh } = request;
  const rows = shallowRef<RunSummary[] | null>(null);
  const news = shallowRef(0);

  function showLatest(): void {
    rows.value = data.value?.items ?? null;
    news.value = 0;
  }
  watch([() => data.value, isHeld], () => {
    if (!isHeld() || !rows.value || !data.value) return showLatest();
    const held = holdRows(rows.value, data.value.items);
    rows.value = held.rows;
    news.value = held.news;
  });

  const stream = useEventStream({
    url: () => '/api/v1/events/runs',
    types: ['run.changed'],
    onOpen: () => void refresh(),
    onEvents: (texts) => {
      for (const text of texts) merge(JSON.parse(text) as RunSummary);
    },
  });

  function merge(changed: RunSummary): void {
    if (!data.value || !rows.value) return;
    // A held row may belong to a later page by now.
    rows.value = rows.value.map((run) => (run.id === changed.id ? changed : run));
    const items = mergeRun(data.value.items, changed, filters.value, {
      nowMs: Date.now(),
      limit: LIMIT,
    });
    data.value = { ...data.value, items };
  }

  usePolling(refresh, () => (stream.isOpen.value ? POLL_BESIDE_STREAM_MS : POLL_WITHOUT_STREAM_MS));
  return { ...request, ...address, rows, news, showLatest, isLive: stream.isOpen };
}

const POLL_MS = 300_000;

/** The names of the workflows, for filters, and the P95 of their runs. */
export function useWorkflowList() {
  const { data, refresh } = useRequest<Page<WorkflowSummary>>(() => ({
    path: '/workflows',
    query: { limit: '200' },
  }));
  usePolling(refresh, () => POLL_MS);
  const workflows = computed(() => data.value?.items ?? []);
  return {
    names: computed(() => workflows.value.map(({ name }) => name)),
    p95Ms: computed(() => p95ByWorkflow(workflows.value)),
  };
}
