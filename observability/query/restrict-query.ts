import { parser } from '@prometheus-io/lezer-promql';
import { SERIES_LABELS } from '@aio/catalog/metrics/series-labels';
import { anyOf } from './fill-in.ts';

/** The values that a reader may see, by label. */
export type VisibleValues = Readonly<Record<string, readonly string[]>>;

/**
 * Adds a matcher to each selector of a series that has one of the labels, as prom-label-proxy does. Aggregations, ratios
 * and forecasts then count only the visible series.
 * @param promql a query without Grafana's variables
 * @throws Error if the query is invalid, or if the catalogue does not know the labels of one of its series
 */
export function restrictQuery(promql: string, visible: VisibleValues): string {
  const inserts: { at: number; text: string }[] = [];
  parser.parse(promql).iterate({
    enter({ name, type, from, node }) {
      if (type.isError) throw new Error(`Invalid PromQL at character ${from}: ${promql}`);
      if (name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      const braces = node.getChild('LabelMatchers');
      const labels = metric && SERIES_LABELS.get(promql.slice(metric.from, metric.to));
      if (!labels) throw new Error(`The catalogue does not know the labels of a series: ${promql}`);
      const matchers = Object.entries(visible)
        .filter(([label]) => labels.includes(label))
        .map(([label, values]) => matcherOf(label, values))
        .join(',');
      if (matchers === '') return;
      // After the brace, so that the matchers need no look at those of the query.
      if (braces === null) inserts.push({ at: metric.to, text: `{${matchers}}` });
      else inserts.push({ at: braces.from + 1, text: `${matchers},` });
    },
  });
  return inserts
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, { at, text: more }) => text.slice(0, at) + more + text.slice(at), promql);
}

/** Without values, it contradicts itself, because an empty regular expression would match series without the label. */
function matcherOf(label: string, values: readonly string[]): string {
  return values.length === 0 ? `${label}="",${label}!=""` : `${label}=~"${anyOf(values)}"`;
}
