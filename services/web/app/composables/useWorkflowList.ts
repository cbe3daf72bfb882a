import type { Page, WorkflowSummary } from '#shared/api';
import { p95ByWorkflow } from '~/runs/against-p95';

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
