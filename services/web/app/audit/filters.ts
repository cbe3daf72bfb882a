import { compact, one, type Query } from '../address/query.ts';
import { readTimes, type Times, timesQuery } from '../address/times.ts';

/** What of the audit log is shown; the page's address holds it. */
export interface AuditFilters extends Times {
  who: string | null; // a name or a subject
  action: string | null;
  target: string | null;
  cursor: string | null; // null = the newest page
}

export function readFilters(query: Query): AuditFilters {
  return {
    who: one(query['who']),
    action: one(query['action']),
    target: one(query['target']),
    ...readTimes(query),
    cursor: one(query['cursor']),
  };
}

/** The inverse of `readFilters`. */
export function writeFilters(filters: AuditFilters): Record<string, string> {
  return compact({ ...filters });
}

/** The same filters in the API's words. */
export function requestQuery(filters: AuditFilters, nowMs: number, limit: number) {
  const { who, action, target, cursor } = filters;
  return compact({
    who,
    action,
    target,
    ...timesQuery(filters, nowMs),
    limit: String(limit),
    cursor,
  });
}
