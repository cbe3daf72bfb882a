import type { RunStatus, RunSummary } from '../../shared/api.ts';

export const RUN_STATUSES: readonly RunStatus[] = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
];
export const UNFINISHED: readonly RunStatus[] = ['queued', 'running', 'waiting'];

export const PERIODS = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };
export type Period = keyof typeof PERIODS;

/** What the runs list shows; the page's address holds it. */
export interface RunFilters {
  workflow: string | null;
  parent: string | null; // only runs that steps of this run have started
  statuses: RunStatus[]; // [] = all
  since: Period | null; // accepted within this time before now
  from: string | null; // ISO 8601, used when `since` is null
  to: string | null;
  cursor: string | null; // null = the newest page
}

/** A query as the router gives it; anything unknown in it counts as absent. */
export type Query = Record<string, string | null | undefined | (string | null)[]>;

export function readFilters(query: Query): RunFilters {
  const since = one(query['since']);
  return {
    workflow: one(query['workflow']),
    parent: one(query['parent']),
    statuses: RUN_STATUSES.filter((status) => one(query['status'])?.split(',').includes(status)),
    since: since !== null && Object.hasOwn(PERIODS, since) ? (since as Period) : null,
    from: moment(query['from']),
    to: moment(query['to']),
    cursor: one(query['cursor']),
  };
}

/** The inverse of `readFilters`: only what is set, so that addresses stay short. */
export function writeFilters(filters: RunFilters): Record<string, string> {
  return compact({ ...filters, statuses: undefined, status: filters.statuses.join(',') });
}

/** The same filters in the API's words. */
export function requestQuery(filters: RunFilters, nowMs: number, limit: number) {
  return compact({
    workflow: filters.workflow,
    parent: filters.parent,
    status: filters.statuses.join(','),
    createdAfter: filters.since
      ? new Date(nowMs - PERIODS[filters.since]).toISOString()
      : filters.from,
    createdBefore: filters.since ? null : filters.to,
    limit: String(limit),
    cursor: filters.cursor,
  });
}

export function matchesFilters(run: RunSummary, filters: RunFilters, nowMs: number): boolean {
  const createdMs = Date.parse(run.createdAt);
  if (filters.workflow !== null && run.workflow.name !== filters.workflow) return false;
  if (filters.parent !== null && run.parent?.runId !== filters.parent) return false;
  if (filters.statuses.length > 0 && !filters.statuses.includes(run.status)) return false;
  if (filters.since) return createdMs >= nowMs - PERIODS[filters.since];
  if (filters.from && createdMs < Date.parse(filters.from)) return false;
  return !(filters.to && createdMs >= Date.parse(filters.to));
}

export function hasFilters(filters: RunFilters): boolean {
  return Object.keys(writeFilters({ ...filters, cursor: null })).length > 0;
}

function one(value: Query[string]): string | null {
  const first = Array.isArray(value) ? value[0] : value;
  return first ? first : null;
}

function moment(value: Query[string]): string | null {
  const text = one(value);
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function compact(
  entries: Record<string, string | null | undefined | unknown[]>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
