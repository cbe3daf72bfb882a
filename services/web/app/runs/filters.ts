import type { RunStatus, RunSummary } from '../../shared/api.ts';
import { compact, one, type Query } from '../address/query.ts';
import { PERIODS, readTimes, type Times, timesQuery } from '../address/times.ts';

export const RUN_STATUSES: readonly RunStatus[] = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
];
export const UNFINISHED: readonly RunStatus[] = ['queued', 'running', 'waiting'];

/** What the runs list shows; the page's address holds it. */
export interface RunFilters extends Times {
  q: string | null; // words to be found in id, workflow, input or error
  workflow: string | null;
  parent: string | null; // only runs that steps of this run have started
  statuses: RunStatus[]; // [] = all
  cursor: string | null; // null = the newest page
}

export function readFilters(query: Query): RunFilters {
  return {
    q: one(query['q']),
    workflow: one(query['workflow']),
    parent: one(query['parent']),
    statuses: RUN_STATUSES.filter((status) => one(query['status'])?.split(',').includes(status)),
    ...readTimes(query),
    cursor: one(query['cursor']),
  };
}

/** The inverse of `readFilters`: only what is set, so that addresses stay short. */
export function writeFilters(filters: RunFilters): Record<string, string> {
  return compact({ ...filters, statuses: undefined, status: filters.statuses.join(',') });
}

/** The same filters in the API's words. */
export function requestQuery(filters: RunFilters, nowMs: number, limit: number) {
  const times = timesQuery(filters, nowMs);
  return compact({
    q: filters.q,
    workflow: filters.workflow,
    parent: filters.parent,
    status: filters.statuses.join(','),
    createdAfter: times.after,
    createdBefore: times.before,
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
