import { createSharedComposable } from '@vueuse/core';
import { computed, type ComputedRef } from 'vue';
import type { AlertList, Approval, Page } from '#shared/api';
import { groupAlerts, NO_PROMETHEUS } from '~/alerts/order';

const POLL_MS = 15_000;
const MOST = 49;

/** How many items wait for people, by the name of the page that shows them. */
export interface Pending {
  /** Approvals that the person may decide; above 49 there may be more. */
  approvals: number;
  /** Names of alerts that fire and need a person. */
  alerts: number;
}

const usePendingRequests = createSharedComposable(pendingRequests);

/** The pending items. All components share one request. */
export function usePending(): ComputedRef<Pending> {
  return usePendingRequests().pending;
}

/** Counts approvals now, not at the next poll. Call it after a decision. */
export function useRefreshPending(): () => Promise<void> {
  return usePendingRequests().refreshApprovals;
}

/** `49+` where there may be more. */
export function formatPending(count: number): string {
  return count > MOST ? `${MOST}+` : String(count);
}

function pendingRequests() {
  const { seesBoards } = useAccount();
  const approvals = useRequest<Page<Approval>>(() => ({
    path: '/approvals',
    query: { status: 'pending', limit: String(MOST + 1) },
  }));
  const alerts = useRequest<AlertList>(() =>
    seesBoards.value ? { path: '/alerts', query: { state: 'firing' } } : null,
  );
  usePolling(approvals.refresh, () => POLL_MS);
  usePolling(alerts.refresh, () =>
    alerts.problem.value?.code === NO_PROMETHEUS || !seesBoards.value ? null : POLL_MS,
  );
  const pending = computed(() => ({
    approvals: (approvals.data.value?.items ?? []).filter(({ mayDecide }) => mayDecide).length,
    alerts: groupAlerts(alerts.data.value?.items ?? []).firing.length,
  }));
  return { pending, refreshApprovals: approvals.refresh };
}
