import dashgen from 'grafana-dash-gen';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/loki';
import { LOKI } from './datasource.ts';
import type { PanelQuery } from './panel.ts';

/** A LogQL target. */
export class LokiTarget extends dashgen.Target {
  readonly #query: PanelQuery;

  constructor(query: PanelQuery) {
    super(query.promql);
    this.#query = query;
  }

  /** The target as Grafana's JSON. */
  toDataquery(refId: string): DataqueryBuilder {
    const { legend, instant } = this.#query;
    return new DataqueryBuilder()
      .refId(refId)
      .datasource(LOKI)
      .expr(this.toString())
      .legendFormat(legend)
      .instant(instant === true)
      .range(instant !== true)
      .queryType(instant ? 'instant' : 'range');
  }
}
