import type { Series } from '@aio/query/prometheus';
import { formatValue } from '@aio/query/format-value';

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
