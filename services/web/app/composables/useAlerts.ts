import { computed } from 'vue';
import type { AlertList } from '#shared/api';
import { groupAlerts, NO_PROMETHEUS } from '~/alerts/order';

const POLL_MS = 10_000;

/** The alerts, asked again while somebody looks. */
export function useAlerts() {
  const isVisible = useDocumentVisibility();
  const request = useRequest<AlertList>(() => ({ path: '/alerts' }));
  usePolling(request.refresh, () => (isVisible.value ? POLL_MS : null));
  return {
    ...request,
    isConfigured: computed(() => request.problem.value?.code !== NO_PROMETHEUS),
    groups: computed(() => groupAlerts(request.data.value?.items ?? [])),
  };
}
