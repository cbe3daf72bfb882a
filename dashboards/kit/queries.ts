import { METRICS } from '@aio/catalog/metrics/all-metrics';
import {
  type Query,
  type Range,
  type Series,
  divide,
  quantile,
  rate,
  sum,
  topk,
  where,
} from '@aio/slo/promql';
import {
  type HistogramKey,
  type LabelName,
  type Matchers,
  bucketsOf,
} from '@aio/catalog/metrics/select';
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

/** P50, P95 and P99 of a histogram over all its series, with exemplars if it has them. */
export function quantiles<K extends HistogramKey>(key: K, matchers: Matchers<K>): PanelQuery[] {
  const buckets = perSecond(bucketsOf(key, matchers), ['le']);
  return [
    draw(quantile(0.5, buckets), 'P50'),
    draw(quantile(0.95, buckets), 'P95'),
    // Each of the queries returns the exemplars of all buckets.
    draw(quantileOf(0.99, key, matchers), 'P99', { exemplar: METRICS[key].exemplars }),
  ];
}

/** One quantile of a histogram, by labels. */
export function quantileOf<K extends HistogramKey, B extends LabelName<K> = never>(
  q: number,
  key: K,
  matchers: Matchers<K>,
  by: readonly B[] = [],
): Query<B> {
  return quantile<B>(
    q,
    perSecond<LabelName<K> | 'le', B | 'le'>(bucketsOf(key, matchers), ['le', ...by]),
  );
}

/** The buckets of a histogram, for a heat map. */
export function buckets<K extends HistogramKey>(key: K, matchers: Matchers<K>): PanelQuery {
  return draw(perSecond(bucketsOf(key, matchers), ['le']), '{{le}}', { exemplar: true });
}

/** The ten largest, without series that have no value (NaN), which Grafana would draw. */
export function topTen<L extends string>(query: Query<L>): Query<L> {
  return topk(10, where(query, '>=', 0));
}

/** Share between 0 and 1; absent, not NaN, if the whole is 0. */
export function share<L extends string>(part: Query<L>, whole: Query<NoInfer<L>>): Query<L> {
  return divide(part, where(whole, '>', 0));
}
