import { parser } from '@prometheus-io/lezer-promql';

/** What a query names. */
export interface ParsedQuery {
  /** The metric of each selector; empty for a selector without one. */
  readonly metrics: readonly string[];
  /** The text between the brackets of range vectors, e.g. `$__rate_interval`. */
  readonly ranges: readonly string[];
}

/** Replaced by a duration of the same length, so that positions hold for the query itself. */
const GRAFANA_DURATION = /\$__(?:rate_interval|interval|range)\b/g;

/**
 * Parses PromQL in which Grafana's durations may stand where a duration is expected.
 * @throws Error naming the query and the place where it is no PromQL
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
      if (type.isError) throw new Error(`no PromQL at character ${from}: ${promql}`);
      if (name === 'VectorSelector') {
        const identifier = node.getChild('Identifier');
        metrics.push(identifier ? promql.slice(identifier.from, identifier.to) : '');
      }
      if (name === 'DurationExpr' && node.parent?.name === 'MatrixSelector') ranges.push(text);
    },
  });
  return { metrics, ranges };
}
