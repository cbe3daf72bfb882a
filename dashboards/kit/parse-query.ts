import { parser } from '@prometheus-io/lezer-promql';

/** Names in a query. */
export interface ParsedQuery {
  /** Metric of each selector; empty for a selector without a metric name. */
  readonly metrics: readonly string[];
  /** Text between the brackets of range vectors, e.g. `$__rate_interval`. */
  readonly ranges: readonly string[];
}

/** Each is replaced by a duration of the same length, so that error positions stay correct. */
const GRAFANA_DURATION = /\$__(?:rate_interval|interval|range)\b/g;

/**
 * Parses PromQL that may contain Grafana's duration variables.
 * @throws Error with the query and the position of the syntax error
 */
export function parseQuery(promql: string): ParsedQuery {
  const tree = parser.parse(
    promql.replace(GRAFANA_DURATION, ({ length }) => `${'1'.repeat(length - 1)}s`),
  );
  const metrics: string[] = [];
  const ranges: string[] = [];
  tree.iterate({
    enter: ({ name, type, from, to, node }) => {
      const text = promql.slice(from, to);
      if (type.isError) throw new Error(`Invalid PromQL at character ${from}: ${promql}`);
      if (name === 'VectorSelector') {
        const identifier = node.getChild('Identifier');
        metrics.push(identifier ? promql.slice(identifier.from, identifier.to) : '');
      }
      if (name === 'DurationExpr' && node.parent?.name === 'MatrixSelector') ranges.push(text);
    },
  });
  return { metrics, ranges };
}
