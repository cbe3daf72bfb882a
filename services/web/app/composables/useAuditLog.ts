import { computed } from 'vue';
import type { AuditEntry, Page } from '#shared/api';
import type { Query } from '~/address/query';
import { type AuditFilters, readFilters, requestQuery, writeFilters } from '~/audit/filters';

const LIMIT = 50;
const POLL_MS = 3000;

/** The page of the audit log that the address names; the newest one is kept up to date. */
export function useAuditLog() {
  const route = useRoute();
  const router = useRouter();
  const filters = computed(() => readFilters(route.query as Query));
  const addressOf = (part: Partial<AuditFilters>) => ({
    path: '/audit',
    query: writeFilters({ ...filters.value, cursor: null, ...part }),
  });

  const request = useRequest<Page<AuditEntry>>(() => ({
    path: '/audit',
    // By the minute: a relative period must not make a new target with every millisecond.
    query: requestQuery(filters.value, Math.floor(Date.now() / 60_000) * 60_000, LIMIT),
  }));
  usePolling(request.refresh, () => (filters.value.cursor === null ? POLL_MS : null));
  return {
    ...request,
    filters,
    addressOf,
    change: (part: Partial<AuditFilters>) => void router.push(addressOf(part)),
  };
}
