import type { AuditEntry, Page } from '#shared/api';
import { thisMinute } from '~/address/times';
import { readFilters, requestQuery, writeFilters } from '~/audit/filters';

const LIMIT = 50;
const POLL_MS = 3000;

/** The page of the audit log that the address names. The newest page stays current. */
export function useAuditLog() {
  const address = useListAddress({ path: '/audit', read: readFilters, write: writeFilters });
  const { filters } = address;
  const request = useRequest<Page<AuditEntry>>(() => ({
    path: '/audit',
    query: requestQuery(filters.value, thisMinute(), LIMIT),
  }));
  usePolling(request.refresh, () => (filters.value.cursor === null ? POLL_MS : null));
  return { ...request, ...address };
}
