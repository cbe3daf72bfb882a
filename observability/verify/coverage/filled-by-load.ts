import { METRICS } from '@aio/catalog/all-metrics';
import { isOfExporter } from '@aio/catalog/exporter-series';
import { isDeclared } from './filled-by-faults.ts';
import type { CoverageRow } from './row.ts';
import { selectorsIn } from './selectors.ts';

/**
 * Whether the query reads what k6 writes, which is there only where `npm run load` has run lately.
 * `test/load-board.test.ts` holds that a load fills it.
 */
export function isFilledByLoad({ promql }: Pick<CoverageRow, 'promql'>): boolean {
  return selectorsIn(promql).some((selector) => selector.startsWith('k6_'));
}

/**
 * What fills a query that is empty in a quiet system on its own; undefined = it may not be empty.
 * Exporters and replicas are not everywhere, and where nothing fills up no forecast has a value.
 */
export function fillerOf(row: Pick<CoverageRow, 'promql'>): string | undefined {
  if (isFilledByLoad(row)) return 'npm run load';
  const series = selectorsIn(row.promql).map((selector) => selector.replace(/\W.*/s, ''));
  if (series.some(isOfExporter)) return 'an exporter';
  if (series.includes(METRICS.databaseReplicaStaleness.name)) return 'a read replica';
  return row.promql.includes('deriv(') ? 'a trend' : undefined;
}

/** Whether the row may be empty in a system without faults and load tests; one that is refused may not. */
export function mayBeEmpty(row: CoverageRow): boolean {
  return isDeclared(row) || (fillerOf(row) !== undefined && row.gap?.endsWith('no data') === true);
}
