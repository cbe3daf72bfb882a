import { createSharedComposable } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';
import type { AlertList, Approval, Page } from '#shared/api';
import { pagesFor } from '~/account/pages';
import { NO_PROMETHEUS, wantsPeople } from '~/alerts/order';

const POLL_MS = 15_000;
const MOST = 99;

/**
 * What is pending, by the page that shows it, e.g. `{ approvals: '3', alerts: '1' }`; `99+` where there is more.
 * Alerts are those that fire and that people should know of. Asked once for all who show it.
 */
export const usePending = createSharedComposable(pending);

function pending(): ComputedRef<Partial<Record<string, string>>> {
  const { account } = useAccount();
  const approvals = useRequest<Page<Approval>>(() => ({
    path: '/approvals',
    query: { status: 'pending', limit: String(MOST + 1) },
  }));
  const seesAlerts = computed(() =>
    pagesFor(account.value?.roles ?? []).some(({ name }) => name === 'alerts'),
  );
  const alerts = useRequest<AlertList>(() => (seesAlerts.value ? { path: '/alerts' } : null));
  usePolling(approvals.refresh, () => POLL_MS);
  usePolling(alerts.refresh, () =>
    alerts.problem.value?.code === NO_PROMETHEUS || !seesAlerts.value ? null : POLL_MS,
  );
  return computed(() => ({
    ...countOf(
      'approvals',
      approvals.data.value?.items.filter(({ mayDecide }) => mayDecide),
    ),
    ...countOf('alerts', alerts.data.value?.items.filter(wantsPeople)),
  }));
}

function countOf(page: string, items: readonly unknown[] = []): Partial<Record<string, string>> {
  if (items.length === 0) return {};
  return { [page]: items.length > MOST ? `${MOST}+` : String(items.length) };
}
