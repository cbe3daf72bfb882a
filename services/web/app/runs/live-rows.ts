import type { RunSummary } from '../../shared/api.ts';
import { matchesFilters, type RunFilters } from './filters.ts';

/**
 * The list after a run changed. It replaces a listed run, removes one that no longer matches, and
 * inserts a new one on the newest page. Ids are UUIDv7, so they sort by time.
 */
export function mergeRun(
  runs: RunSummary[],
  changed: RunSummary,
  filters: RunFilters,
  options: { nowMs: number; limit: number },
): RunSummary[] {
  const others = runs.filter((run) => run.id !== changed.id);
  const isListed = others.length < runs.length;
  // The filter's owner may be a subject, which only the API can compare.
  const toMatch = isListed ? { ...filters, owner: null, gameDays: true } : filters;
  if (!matchesFilters(changed, toMatch, options.nowMs))
    return isListed ? others : withChild(runs, changed);
  if (isListed) return runs.map((run) => (run.id === changed.id ? changed : run));
  // Only the API knows whether a new run matches a search.
  if (filters.cursor !== null || filters.q !== null) return runs;
  const position = others.findIndex((run) => run.id < changed.id);
  const at = position === -1 ? others.length : position;
  return [...others.slice(0, at), changed, ...others.slice(at)].slice(0, options.limit);
}

/** Marks the parent of a child run. */
function withChild(runs: RunSummary[], child: RunSummary): RunSummary[] {
  return runs.map((run) =>
    run.id === child.parent?.runId && !run.childRuns ? { ...run, childRuns: true } : run,
  );
}

/**
 * Keeps rows in place while a person scrolls down or selects. Each row has its latest state; `news`
 * counts newer runs.
 */
export function holdRows(
  shown: readonly RunSummary[],
  latest: readonly RunSummary[],
): { rows: RunSummary[]; news: number } {
  const byId = new Map(latest.map((run) => [run.id, run]));
  const first = shown[0]?.id ?? '';
  return {
    rows: shown.map((run) => byId.get(run.id) ?? run),
    news: latest.filter(({ id }) => id > first).length,
  };
}
