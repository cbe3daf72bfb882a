import { createSharedComposable } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';
import type { AlertList, Approval, Page } from '#shared/api';
import { NO_PROMETHEUS, wantsPeople } from '~/alerts/order';

const POLL_MS = 15_000;
const MOST = 99;

/** How many wait for people, by the name of the page that shows them. */
export interface Pending {
  /** Those that the person may decide; above 99 there may be more. */
  approvals: number;
  /** Those that fire and that people should know of. */
  alerts: number;
}

const usePendingRequests = createSharedComposable(pendingRequests);

/** What is pending. Asked once for all who show it. */
export function usePending(): ComputedRef<Pending> {
  return usePendingRequests().pending;
}

/** Counts approvals at once, not with the next poll: for who has just decided one. */
export function useRefreshPending(): () => Promise<void> {
  return usePendingRequests().refreshApprovals;
}

/** `99+` where there may be more. */
export function formatPending(count: number): string {
  return count > MOST ? `${MOST}+` : String(count);
}

function pendingRequests() {
  const { isMember } = useAccount();
  const approvals = useRequest<Page<Approval>>(() => ({
    path: '/approvals',
    query: { status: 'pending', limit: String(MOST + 1) },
  }));
  const alerts = useRequest<AlertList>(() => (isMember.value ? { path: '/alerts' } : null));
  usePolling(approvals.refresh, () => POLL_MS);
  usePolling(alerts.refresh, () =>
    alerts.problem.value?.code === NO_PROMETHEUS || !isMember.value ? null : POLL_MS,
  );
  const pending = computed(() => ({
    approvals: (approvals.data.value?.items ?? []).filter(({ mayDecide }) => mayDecide).length,
    alerts: (alerts.data.value?.items ?? []).filter(wantsPeople).length,
  }));
  return { pending, refreshApprovals: approvals.refresh };
}
