import { HeatmapCellLayout } from '@grafana/grafana-foundation-sdk/common';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder,
  RowsHeatmapOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { PanelOf } from '../panel.ts';
import { UNITS } from '../units.ts';
import { describe } from './shared.ts';

/** Buckets over time: the whole distribution, not only a quantile. */
export function renderHeatmap(panel: PanelOf<'heatmap'>): PanelBuilder {
  return describe(new PanelBuilder(), panel, PromQueryFormat.Heatmap)
    .yAxis(new YAxisConfigBuilder().unit(UNITS[panel.unit]))
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Auto))
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        // The lightness of Viridis rises steadily, so that it is readable without colour vision.
        .scheme('Viridis')
        .steps(32),
    )
    .cellGap(1)
    .exemplarsColor('rgba(255, 255, 255, 0.8)')
    .showLegend();
}
