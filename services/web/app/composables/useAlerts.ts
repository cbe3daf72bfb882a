import { computed } from 'vue';
import type { AlertList } from '#shared/api';
import { groupAlerts, NO_PROMETHEUS } from '~/alerts/order';

const POLL_MS = 10_000;

/** The alerts, polled while the page is visible. */
export function useAlerts() {
  const request = useRequest<AlertList>(() => ({ path: '/alerts' }));
  const isConfigured = computed(() => request.problem.value?.code !== NO_PROMETHEUS);
  usePolling(request.refresh, () => (isConfigured.value ? POLL_MS : null));
  return {
    ...request,
    isConfigured,
    groups: computed(() => groupAlerts(request.data.value?.items ?? [])),
  };
}
