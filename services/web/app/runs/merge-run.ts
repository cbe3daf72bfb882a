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
  // An owner may be given as a subject, which only the API knows.
  const toMatch = isListed ? { ...filters, owner: null } : filters;
  if (!matchesFilters(changed, toMatch, options.nowMs))
    return isListed ? others : withChild(runs, changed);
  if (isListed) return runs.map((run) => (run.id === changed.id ? changed : run));
  // Whether the words of a search are in a new run only the API knows.
  if (filters.cursor !== null || filters.q !== null) return runs;
  const position = others.findIndex((run) => run.id < changed.id);
  const at = position === -1 ? others.length : position;
  return [...others.slice(0, at), changed, ...others.slice(at)].slice(0, options.limit);
}

/** A run that has started another one says so. */
function withChild(runs: RunSummary[], child: RunSummary): RunSummary[] {
  return runs.map((run) =>
    run.id === child.parent?.runId && !run.childRuns ? { ...run, childRuns: true } : run,
  );
}
