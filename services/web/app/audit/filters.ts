import { compact, one, type Query, readTimes, type Times, timesQuery } from '../address/query.ts';

/** Filters of the audit log, kept in the page's address. */
export interface AuditFilters extends Times {
  who: string | null; // a name or a subject
  action: string | null;
  target: string | null;
  gameDays: boolean; // also what game days did
  cursor: string | null; // null = the newest page
}

export function readFilters(query: Query): AuditFilters {
  return {
    who: one(query['who']),
    action: one(query['action']),
    target: one(query['target']),
    gameDays: one(query['gameDays']) !== null,
    ...readTimes(query),
    cursor: one(query['cursor']),
  };
}

/** The inverse of `readFilters`. */
export function writeFilters(filters: AuditFilters): Record<string, string> {
  return compact({ ...filters, gameDays: filters.gameDays ? 'true' : null });
}

/** The filters as the API's query parameters. */
export function requestQuery(filters: AuditFilters, nowMs: number, limit: number) {
  const { who, action, target, gameDays, cursor } = filters;
  return compact({
    who,
    action,
    target,
    gameDays: gameDays ? 'true' : null,
    ...timesQuery(filters, nowMs),
    limit: String(limit),
    cursor,
  });
}
