import type { Page, WorkflowSummary } from '#shared/api';

const POLL_MS = 300_000;

/** The workflows, for filters, and what their runs usually take. */
export function useWorkflowList() {
  const { data, refresh } = useRequest<Page<WorkflowSummary>>(() => ({
    path: '/workflows',
    query: { limit: '200' },
  }));
  usePolling(refresh, () => POLL_MS);
  const workflows = computed(() => data.value?.items ?? []);
  return {
    names: computed(() => workflows.value.map(({ name }) => name)),
    /** P95 of the duration of the last runs in ms, by workflow; one without finished runs has none. */
    p95Ms: computed<ReadonlyMap<string, number>>(
      () =>
        new Map(
          workflows.value.flatMap(({ name, p95DurationMs }) =>
            p95DurationMs === null ? [] : [[name, p95DurationMs] as const],
          ),
        ),
    ),
  };
}
