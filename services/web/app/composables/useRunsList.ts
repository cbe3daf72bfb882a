import type { Page, RunSummary, WorkflowSummary } from '#shared/api';
import { thisMinute } from '~/address/query';
import { readFilters, requestQuery, writeFilters } from '~/runs/filters';
import { p95ByWorkflow } from '~/runs/row';

const LIMIT = 50;
const POLL_MS = 2000;

/** The page of runs that the address names, kept current by polls unless `isHeld()`. */
export function useRunsList(isHeld: () => boolean) {
  const address = useListAddress({ path: '/runs', read: readFilters, write: writeFilters });
  const { filters } = address;
  const request = useRequest<Page<RunSummary>>(() => ({
    path: '/runs',
    query: requestQuery(filters.value, thisMinute(), LIMIT),
  }));
  usePolling(request.refresh, () => (isHeld() ? null : POLL_MS));
  return { ...request, ...address };
}

const WORKFLOWS_POLL_MS = 300_000;

/** The names of the workflows, for filters, and the P95 of their runs. */
export function useWorkflowList() {
  const { data, refresh } = useRequest<Page<WorkflowSummary>>(() => ({
    path: '/workflows',
    query: { limit: '200' },
  }));
  usePolling(refresh, () => WORKFLOWS_POLL_MS);
  const workflows = computed(() => data.value?.items ?? []);
  return {
    names: computed(() => workflows.value.map(({ name }) => name)),
    p95Ms: computed(() => p95ByWorkflow(workflows.value)),
  };
}
