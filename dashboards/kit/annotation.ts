import type { Query } from '@aio/slo/query';
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { parseQuery } from './parse-query.ts';
import { DATASOURCE } from './targets.ts';

export interface Event {
  name: string;
  /** With labels of the query, e.g. `{{instance}} restarted`. */
  title: string;
  color: string;
  query: Query<string>;
}

/**
 * Events that may explain a change of the curves. Readers can switch them off at the top of the board. Grafana merges
 * neighbouring samples into one region.
 */
export function annotation({ name, title, color, query }: Event): AnnotationQuery {
  parseQuery(query.promql);
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .expr(query.promql)
    .step('15s')
    .titleFormat(title)
    .build();
}
