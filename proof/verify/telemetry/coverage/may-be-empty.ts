import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { SLO_SERIES } from '@aio/slo/slo-series';
import { PROXY_ERRORS_NAME } from '@aio/catalog/proxy-errors';
import { type CoverageRow, selectorsIn } from './row.ts';

/** Rankings over the time range leave out what did not happen in it. */
const RANKED: Readonly<Record<string, string>> = {
  [METRICS.llmUnpricedCalls.name]: 'a call of unknown price',
};
const EMPTY = /(no data|records nothing)$/;

/** Whether the query reads series of k6, which exist only after `npm run load`. `test/load-board.test.ts` covers them. */
export function isFilledByLoad({ promql }: Pick<CoverageRow, 'promql'>): boolean {
  return selectorsIn(promql).some((selector) => selector.startsWith('k6_'));
}

/**
 * The data source for a query that is empty here; undefined = the query must not be empty. The proxy,
 * the collector and memory limits are optional.
 */
export function fillerOf(row: Pick<CoverageRow, 'promql'>): string | undefined {
  if (isFilledByLoad(row)) return 'npm run load';
  const series = selectorsIn(row.promql).map((selector) => selector.replace(/[^\w:].*/s, ''));
  if (series.some((name) => name.startsWith('haproxy_'))) return 'the proxy';
  if (series.some((name) => name.startsWith('otelcol_'))) return 'the collector';
  if (series.includes(PROXY_ERRORS_NAME)) return 'the proxy';
  if (series.includes(METRICS.processMemoryLimit.name)) return 'a memory limit';
  const ranked = row.promql.startsWith('topk(') && series.map((name) => RANKED[name]).find(Boolean);
  if (ranked) return ranked;
  return series.includes(SLO_SERIES.budgetLeft)
    ? 'as many events as the objective needs'
    : undefined;
}

/** Whether the row may be empty without faults and load tests. A query error is never allowed. */
export function mayBeEmpty(row: CoverageRow): boolean {
  return isDeclared(row) || (fillerOf(row) !== undefined && EMPTY.test(row.gap ?? ''));
}

/** A query that only a fault fills, and the drill that causes the fault. */
export interface FaultGap extends Pick<CoverageRow, 'where' | 'what' | 'query'> {
  /** `npm run drill -- <drill>` */
  drill: string;
}

/** All queries that may be empty in a system without faults. */
export const FILLED_BY_FAULTS: readonly FaultGap[] = [
  {
    where: 'aio-api',
    what: 'Server errors by route',
    query: '{{status}} {{route}}',
    drill: 'alerts',
  },
  { where: 'processes', what: 'LeaseTakeovers', query: 'alert', drill: 'alerts' },
  { where: 'runbooks', what: 'lease-takeovers', query: 'query 1', drill: 'alerts' },
];

/** Whether the list allows the row to be empty. A query error is never allowed. */
export function isDeclared(
  row: CoverageRow,
  declared: readonly FaultGap[] = FILLED_BY_FAULTS,
): boolean {
  return (
    !row.gap?.startsWith('query error') &&
    declared.some(
      ({ where, what, query }) => row.where === where && row.what === what && row.query === query,
    )
  );
}
