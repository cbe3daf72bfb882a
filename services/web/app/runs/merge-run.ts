import type { RunSummary } from '../../shared/api.ts';
import { matchesFilters, type RunFilters } from './filters.ts';

/**
 * The list after one run has changed: replaced in place, taken out when it no longer matches, put
 * in when it is new. Only the newest page takes new runs; ids are UUIDv7, so they sort by time.
 */
export function mergeRun(
  runs: RunSummary[],
  changed: RunSummary,
  filters: RunFilters,
  options: { nowMs: number; limit: number },
): RunSummary[] {
  const others = runs.filter((run) => run.id !== changed.id);
  const isListed = others.length < runs.length;
  if (!matchesFilters(changed, filters, options.nowMs)) return isListed ? others : runs;
  if (isListed) return runs.map((run) => (run.id === changed.id ? changed : run));
  // Whether the words of a search are in a new run only the API knows.
  if (filters.cursor !== null || filters.q !== null) return runs;
  const position = others.findIndex((run) => run.id < changed.id);
  const at = position === -1 ? others.length : position;
  return [...others.slice(0, at), changed, ...others.slice(at)].slice(0, options.limit);
}
