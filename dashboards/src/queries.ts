import { METRICS } from '@aio/catalog/all-metrics';
import {
  type Query,
  type Range,
  divide,
  quantile,
  rate,
  sum,
  topk,
  where,
} from '@aio/catalog/promql';
import { type HistogramKey, type Matchers, bucketsOf } from '@aio/catalog/select';
import { type PanelQuery, draw } from './panel.ts';

/** At least four scrapes, and as much as a pixel stands for: Grafana works it out for each panel. */
export const INTERVAL: Range = '$__rate_interval';
/** The time range that the reader looks at. */
export const WHOLE_RANGE: Range = '$__range';

/** P50, P95 and P99 of a histogram over all its series; dots of exemplars where it has them. */
export function quantiles<K extends HistogramKey>(key: K, matchers: Matchers<K>): PanelQuery[] {
  const buckets = sum(rate(bucketsOf(key, matchers), INTERVAL), ['le']);
  return [
    draw(quantile(0.5, buckets), 'P50'),
    draw(quantile(0.95, buckets), 'P95'),
    // The exemplars of all buckets come with any one of the queries.
    draw(quantile(0.99, buckets), 'P99', { exemplar: METRICS[key].exemplars }),
  ];
}

/** One quantile of a histogram over all its series. */
export function quantileOf<K extends HistogramKey>(
  q: number,
  key: K,
  matchers: Matchers<K>,
): Query {
  return quantile(q, sum(rate(bucketsOf(key, matchers), INTERVAL), ['le']));
}

/** The ten largest; without those that have no value, which would be drawn as such. */
export function topTen<L extends string>(query: Query<L>): Query<L> {
  return topk(10, where(query, '>=', 0));
}

/** A share between 0 and 1; absent, not "not a number", where there is nothing to share. */
export function share<L extends string>(part: Query<L>, whole: Query<NoInfer<L>>): Query<L> {
  return divide(part, where(whole, '>', 0));
}
