import type { RunSummary } from '../../shared/api.ts';

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
