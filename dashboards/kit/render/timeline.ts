import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { PanelOf } from '../panel.ts';
import { describe } from './shared.ts';

/** States over time, each with its word on the bar. */
export function renderTimeline(panel: PanelOf<'timeline'>): PanelBuilder {
  const words = panel.words.map(({ value, text, color }, index) => [
    String(value),
    { text, color, index },
  ]);
  return describe(new PanelBuilder(), panel)
    .mappings([{ type: MappingType.ValueToText, options: Object.fromEntries(words) }])
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .showValue(VisibilityMode.Always)
    .rowHeight(0.8)
    .fillOpacity(80)
    .lineWidth(1)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    );
}
