import type { Target } from './boards.ts';
import { fillIn, type Values } from './fill-in.ts';
import type { Labels, PrometheusApi, Series, TimeRange } from './prometheus.ts';

/**
 * The series that a panel draws for a query, without NaN samples and without empty series. An instant query has one
 * sample per series, at the end of the range.
 * @throws QueryError, PrometheusAway
 */
export async function askTarget(
  prometheus: Pick<PrometheusApi, 'query' | 'queryRange'>,
  target: Pick<Target, 'expr' | 'instant'>,
  values: Values,
  range: TimeRange,
): Promise<Series[]> {
  const promql = fillIn(target.expr, values);
  const found = target.instant
    ? await prometheus.query(promql, range.to)
    : await prometheus.queryRange(promql, range);
  return found
    .map(({ labels, samples }) => ({
      labels,
      samples: samples.filter(({ value }) => !Number.isNaN(value)),
    }))
    .filter(({ samples }) => samples.length > 0);
}

/** Name of a series in the legend. `{{kind}}` is replaced by the label's value. */
export function nameOf({ labels }: { labels: Labels }, legend: string): string {
  return legend.replaceAll(/\{\{(.*?)\}\}/g, (_, label: string) => labels[label.trim()] ?? '');
}
