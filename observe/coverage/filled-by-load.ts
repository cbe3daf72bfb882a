import { METRICS } from '@aio/catalog/all-metrics';
import { isOfExporter } from '@aio/catalog/exporter-series';
import { isDeclared } from './filled-by-faults.ts';
import type { CoverageRow } from './row.ts';
import { selectorsIn } from './selectors.ts';

/** Whether the query reads series of k6, which exist only after `npm run load`. `test/load-board.test.ts` covers them. */
export function isFilledByLoad({ promql }: Pick<CoverageRow, 'promql'>): boolean {
  return selectorsIn(promql).some((selector) => selector.startsWith('k6_'));
}

/**
 * What fills a query that is empty here; undefined = it must not be empty. Exporters and replicas are optional, and a
 * forecast is empty if nothing fills up.
 */
export function fillerOf(row: Pick<CoverageRow, 'promql'>): string | undefined {
  if (isFilledByLoad(row)) return 'npm run load';
  const series = selectorsIn(row.promql).map((selector) => selector.replace(/\W.*/s, ''));
  if (series.some(isOfExporter)) return 'an exporter';
  if (series.includes(METRICS.databaseReplicaStaleness.name)) return 'a read replica';
  return row.promql.includes('deriv(') ? 'a trend' : undefined;
}

/** Whether the row may be empty without faults and load tests. A query error is never allowed. */
export function mayBeEmpty(row: CoverageRow): boolean {
  return isDeclared(row) || (fillerOf(row) !== undefined && row.gap?.endsWith('no data') === true);
}
