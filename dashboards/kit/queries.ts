import { divide, orZero, quantile, rate, sum, topk, where } from '@aio/slo/promql';
import { type Query, type Range, type Series } from '@aio/slo/query';
import { type PanelQuery, draw } from './panel.ts';

/** At least four scrapes and one pixel. Grafana calculates it for each panel. */
export const INTERVAL: Range = '$__rate_interval';
/** The time range that the reader selects. */
export const WHOLE_RANGE: Range = '$__range';

/** Rate of a counter, summed by labels. */
export function perSecond<L extends string, B extends L = never>(
  counter: Series<L>,
  by: readonly B[] = [],
): Query<B> {
  return sum(rate(counter, INTERVAL), by);
}

/** P50, P95 and P99 of a histogram's buckets over all their series, with exemplars if it has them. */
export function quantiles<L extends string>(buckets: Series<L | 'le'>): PanelQuery[] {
  return [
    draw(quantileOf(0.5, buckets), 'P50'),
    draw(quantileOf(0.95, buckets), 'P95'),
    // Each of the queries returns the exemplars of all buckets.
    draw(quantileOf(0.99, buckets), 'P99', { exemplar: buckets.hasExemplars === true }),
  ];
}

/** One quantile of a histogram's buckets, by labels. */
export function quantileOf<L extends string, B extends L = never>(
  q: number,
  buckets: Series<L | 'le'>,
  by: readonly B[] = [],
): Query<B> {
  return quantile<B>(q, perSecond<L | 'le', B | 'le'>(buckets, ['le', ...by]));
}

/** The buckets of a histogram, for a heat map. */
export function buckets<L extends string>(series: Series<L | 'le'>): PanelQuery {
  return draw(perSecond<L | 'le', 'le'>(series, ['le']), '{{le}}', { exemplar: true });
}

/** The ten largest, without those at 0 and those without a value (NaN), which Grafana would draw as empty bars. */
export function topTen<L extends string>(query: Query<L>): Query<L> {
  return topk(10, where(query, '>', 0));
}

/**
 * Only the ten series that were largest at any time of the range, without those that were never above 0. A plain `topk`
 * chooses at each step, so a chart would have more lines, with gaps. Choosing by the last value would hide what has just
 * recovered.
 */
export function tenLargestInRange(query: PanelQuery): PanelQuery {
  const { promql } = query;
  const most = `max_over_time((${promql})[$__range:$__interval] @ end())`;
  return { ...query, promql: `(${promql}) and topk(10, ${most} > 0)` };
}

/** Share between 0 and 1; absent, not NaN, if the whole is 0. */
export function share<L extends string>(part: Query<L>, whole: Query<NoInfer<L>>): Query<L> {
  return divide(part, where(whole, '>', 0));
}

/** Share of errors: 0, not absent, before the first error of a counter whose labels are open. */
export function errorRate(errors: Series<string>, all: Series<string>): Query {
  return share(orZero(perSecond(errors)), perSecond(all));
}
