import { FOREIGN_SERIES } from '@aio/catalog/metrics/foreign-series';
import { allSeriesNames } from '@aio/catalog/metrics/series';
import { recordedNames } from '@aio/catalog/objectives/slo-series';
import { SPEND_SERIES } from '@aio/catalog/objectives/spend-series';
import { formatValue } from '@aio/query/format-value';
import { QueryError, type Series } from '@aio/query/prometheus';

/** A query and its result in the running system. */
export interface CoverageRow {
  /** uid of the board, the group of rules, or `runbooks`. */
  where: string;
  /** Title of the panel, name of the rule, or file of the runbook. */
  what: string;
  /** Legend of its series, or kind of rule. */
  query: string;
  /** The query with all variables filled in. */
  promql: string;
  series: number;
  /** Last value of its series; minimum and maximum if there are several. */
  last: string;
  /** Missing data; null = none. */
  gap: string | null;
}

/** @param unit of Grafana */
export function describeLast(series: readonly Series[], unit: string): string {
  const lasts = series
    .flatMap(({ samples }) => samples.at(-1)?.value ?? [])
    .filter((value) => !Number.isNaN(value))
    .toSorted((a, b) => a - b);
  const [least, largest] = [lasts[0], lasts.at(-1)];
  if (least === undefined || largest === undefined) return '';
  const words = [...new Set([least, largest].map((value) => formatValue(value, unit)))];
  return words.join(' … ');
}

/** If Prometheus refuses the query, the row has a gap, and the other rows continue. */
export async function orGap(
  row: Pick<CoverageRow, 'where' | 'what' | 'query' | 'promql'>,
  ask: () => Promise<CoverageRow>,
): Promise<CoverageRow> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { ...row, series: 0, last: '', gap: `query error: ${error.message}` };
  }
}

const KNOWN = new Set([
  ...allSeriesNames(),
  ...recordedNames(),
  ...Object.values(SPEND_SERIES),
  ...Object.keys(FOREIGN_SERIES),
]);

/** The series that a query reads, each with its matchers, e.g. `up{job="api"}`. */
export function selectorsIn(promql: string): string[] {
  const found = promql.matchAll(/(?<!["\w:])([a-zA-Z_:][\w:]*)(\{[^}]*\})?/g);
  const selectors = [...found].flatMap(([selector, name]) =>
    KNOWN.has(name as string) ? [selector] : [],
  );
  return [...new Set(selectors)];
}
