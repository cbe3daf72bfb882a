import dashgen from 'grafana-dash-gen';
import { DataqueryBuilder, type PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { PanelQuery } from './panel.ts';
import { parseQuery } from './parse-query.ts';

/** The Prometheus that the reader selects at the top of the board. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** A PromQL target. dash-gen's own Target writes Graphite's fields, which Prometheus does not read. */
export class PromTarget extends dashgen.Target {
  readonly #query: PanelQuery;

  /** @throws Error if the query is not valid PromQL */
  constructor(query: PanelQuery) {
    parseQuery(query.promql);
    super(query.promql);
    this.#query = query;
  }

  /** The target as Grafana's JSON. */
  toDataquery(refId: string, format: PromQueryFormat): DataqueryBuilder {
    const { legend, exemplar, instant } = this.#query;
    const builder = new DataqueryBuilder()
      .refId(refId)
      .datasource(DATASOURCE)
      .expr(this.toString())
      .legendFormat(legend)
      .format(format);
    if (exemplar) builder.exemplar(true);
    return instant ? builder.instant() : builder.range();
  }
}
