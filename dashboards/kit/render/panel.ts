import type { GridPos, Panel as GrafanaPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Panel } from '../panel.ts';
import { renderHeatmap } from './heatmap.ts';
import { renderLines } from './lines.ts';
import { renderRanking } from './ranking.ts';
import { renderStat } from './stat.ts';

/** A panel with its place. dash-gen's Row accepts anything with `generate()`. */
export class PlacedPanel {
  readonly #panel: Panel;
  readonly #id: number;
  readonly #gridPos: GridPos;

  constructor(panel: Panel, id: number, gridPos: GridPos) {
    this.#panel = panel;
    this.#id = id;
    this.#gridPos = gridPos;
  }

  generate(): GrafanaPanel {
    return { ...build(this.#panel), id: this.#id, gridPos: this.#gridPos };
  }
}

function build(panel: Panel): GrafanaPanel {
  switch (panel.kind) {
    case 'stat':
      return renderStat(panel).build();
    case 'lines':
      return renderLines(panel).build();
    case 'ranking':
      return renderRanking(panel).build();
    case 'heatmap':
      return renderHeatmap(panel).build();
  }
}
