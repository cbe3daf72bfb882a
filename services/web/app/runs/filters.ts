import type { RunStatus } from '../../shared/api.ts';
import { compact, one, type Query, readTimes, type Times, timesQuery } from '../address/query.ts';

export const RUN_STATUSES: readonly RunStatus[] = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
];
export const UNFINISHED: readonly RunStatus[] = ['queued', 'running', 'waiting'];

/** Filters of the runs list, kept in the page's address. */
export interface RunFilters extends Times {
  q: string | null; // id of a run, or its last 8 characters
  workflow: string | null;
  parent: string | null; // only child runs of this run
  owner: string | null; // name or subject of the person or program that started the run
  minDurationMs: number | null; // only ended runs that took at least this long
  minCostUsd: number | null;
  statuses: RunStatus[]; // [] = all
  gameDays: boolean; // also the runs of game days
  isFlat: boolean; // lists child runs, too
  cursor: string | null; // null = the newest page
}

export function readFilters(query: Query): RunFilters {
  return {
    q: findIn(one(query['q']) ?? '')?.q ?? null,
    workflow: one(query['workflow']),
    parent: one(query['parent']),
    owner: one(query['owner']),
    minDurationMs: amount(query['minDurationMs'], 1e12),
    minCostUsd: amount(query['minCostUsd'], 1e9),
    statuses: RUN_STATUSES.filter((status) => one(query['status'])?.split(',').includes(status)),
    gameDays: one(query['gameDays']) !== null,
    isFlat: one(query['flat']) !== null,
    ...readTimes(query),
    cursor: one(query['cursor']),
  };
}

/** The inverse of `readFilters`. It omits filters that are not set, so that addresses stay short. */
export function writeFilters(filters: RunFilters): Record<string, string> {
  const { statuses, isFlat, gameDays, minDurationMs, minCostUsd, ...rest } = filters;
  return compact({
    ...rest,
    minDurationMs: minDurationMs?.toString(),
    minCostUsd: minCostUsd?.toString(),
    status: statuses.join(','),
    gameDays: gameDays ? 'true' : null,
    flat: isFlat ? '1' : null,
  });
}

/** Whether the list leaves out child runs. An id, workflow or parent filter finds them. */
export function hidesChildren({ isFlat, q, workflow, parent }: RunFilters): boolean {
  return !isFlat && q === null && workflow === null && parent === null;
}

const ID = /^([0-9a-f]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The filter in a text that a person gave: the id of a run or its last 8 characters; null = none. */
export function findIn(text: string): Pick<RunFilters, 'q'> | null {
  const q = text.trim().toLowerCase();
  return ID.test(q) ? { q } : null;
}

/** The filters as query parameters of the API. */
export function requestQuery(filters: RunFilters, nowMs: number, limit: number) {
  const times = timesQuery(filters, nowMs);
  return compact({
    q: filters.q,
    workflow: filters.workflow,
    parent: hidesChildren(filters) ? 'none' : filters.parent,
    owner: filters.owner,
    gameDays: filters.gameDays ? 'true' : null,
    minDurationMs: filters.minDurationMs?.toString(),
    minCostUsd: filters.minCostUsd?.toString(),
    status: filters.statuses.join(','),
    createdAfter: times.after,
    createdBefore: times.before,
    limit: String(limit),
    cursor: filters.cursor,
  });
}

/** A number from the address; null = absent, or the API would refuse it. */
function amount(value: Query[string], most: number): number | null {
  const text = one(value);
  const number = text === null ? Number.NaN : Number(text);
  return number > 0 && number <= most ? number : null;
}
