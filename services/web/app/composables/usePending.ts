import { computed, type ComputedRef } from 'vue';
import type { Approval, Page } from '#shared/api';

const POLL_MS = 15_000;
const MOST = 99;

/** What is pending, by the page that shows it, e.g. `{ approvals: '3' }`; `99+` where there is more. */
export function usePending(): ComputedRef<Partial<Record<string, string>>> {
  const approvals = useRequest<Page<Approval>>(() => ({
    path: '/approvals',
    query: { status: 'pending', limit: String(MOST + 1) },
  }));
  usePolling(approvals.refresh, () => POLL_MS);
  return computed(() => {
    const mine = (approvals.data.value?.items ?? []).filter(({ mayDecide }) => mayDecide).length;
    return mine === 0 ? {} : { approvals: mine > MOST ? `${MOST}+` : String(mine) };
  });
}
