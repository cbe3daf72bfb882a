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
  labels: Record<string, string>; // only runs with all of these
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
    q: idIn(one(query['q']) ?? ''),
    labels: readLabels(query),
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
  const { statuses, labels, isFlat, gameDays, minDurationMs, minCostUsd, ...rest } = filters;
  return compact({
    ...rest,
    ...labelQuery(labels),
    minDurationMs: minDurationMs?.toString(),
    minCostUsd: minCostUsd?.toString(),
    status: statuses.join(','),
    gameDays: gameDays ? 'true' : null,
    flat: isFlat ? '1' : null,
  });
}

/** Whether the list leaves out child runs. An id, label, workflow or parent filter finds them. */
export function hidesChildren({ isFlat, q, labels, workflow, parent }: RunFilters): boolean {
  const isFound = q !== null || Object.keys(labels).length > 0;
  return !isFlat && !isFound && workflow === null && parent === null;
}

const ID = /^([0-9a-f]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function idIn(text: string): string | null {
  const id = text.trim().toLowerCase();
  return ID.test(id) ? id : null;
}

const LABEL = /^\s*([a-z][a-z0-9_]{0,31})\s*=\s*(.{1,100}?)\s*$/u;

/** The filter in a text that a person gave: an id or its last 8 characters, or `label=value`; null = none. */
export function findIn(text: string): Partial<Pick<RunFilters, 'q' | 'labels'>> | null {
  const q = idIn(text);
  if (q !== null) return { q };
  const [, name, value] = LABEL.exec(text) ?? [];
  return name && value ? { labels: { [name]: value } } : null;
}

const LABEL_PREFIX = 'label.';

/** Labels as query parameters, of the API and in addresses. */
export function labelQuery(labels: RunFilters['labels']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [LABEL_PREFIX + name, value]),
  );
}

const LABEL_PARAMETER = /^label\.[a-z][a-z0-9_]{0,31}$/;

function readLabels(query: Query): RunFilters['labels'] {
  const labels = Object.keys(query).flatMap((key) => {
    const value = one(query[key]);
    const isValid = LABEL_PARAMETER.test(key) && value !== null && Array.from(value).length <= 100;
    return isValid ? [[key.slice(LABEL_PREFIX.length), value]] : [];
  });
  return Object.fromEntries(labels.slice(0, 5));
}

/** The filters as query parameters of the API. */
export function requestQuery(filters: RunFilters, nowMs: number, limit: number) {
  const times = timesQuery(filters, nowMs);
  return compact({
    q: filters.q,
    ...labelQuery(filters.labels),
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
