import type { Series } from '@aio/query/prometheus';
import { formatValue } from '@aio/query/format-value';

/** One query, asked of the running system. */
export interface CoverageRow {
  /** uid of the board, the group of rules, or `runbooks`. */
  where: string;
  /** Title of the panel, name of the rule, or file of the runbook. */
  what: string;
  /** What its series are called, or what kind of rule it is. */
  query: string;
  /** As it was asked. */
  promql: string;
  series: number;
  /** Last value of its series, the least and the largest of them when there are several. */
  last: string;
  /** What is wrong; null = nothing. */
  gap: string | null;
}

/** @param unit as Grafana calls it */
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
