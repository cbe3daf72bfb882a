import type { RunSummary } from '../../shared/api.ts';

/**
 * A list that stands still while a person reads further down or selects: the same rows in the same
 * places, each as it is by now, and how many runs would be new at the top.
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
