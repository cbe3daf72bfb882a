import { LINE_STYLE } from '../style.ts';
import {
  GraphGradientMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { PanelOf } from '../panel.ts';
import { describe, styleOverrides } from './shared.ts';

/** Series over time, above a table of their last and largest values. */
export function renderLines(panel: PanelOf<'lines'>): PanelBuilder {
  const builder = describe(new PanelBuilder(), panel)
    .lineWidth(LINE_STYLE.lineWidth)
    .fillOpacity(panel.stacked ? 40 : LINE_STYLE.fillOpacity)
    .gradientMode(panel.stacked ? GraphGradientMode.None : GraphGradientMode.Opacity)
    .showPoints(VisibilityMode.Never)
    .spanNulls(LINE_STYLE.spanNulls)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        // The largest first, by the name that Grafana gives to `last`. A series that has ended has no last value, so it
        // comes after all others; `lastNotNull` would let it lead. Two columns fit a quarter of the width.
        .calcs(['last', 'max'])
        .sortBy('Last')
        .sortDesc(true),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    );
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (panel.limits) {
    builder.thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed),
    );
  }
  if (!panel.logarithmic) builder.min(0);
  else {
    builder.scaleDistribution(
      new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10),
    );
  }
  for (const [name, properties] of styleOverrides(panel)) builder.overrideByName(name, properties);
  return builder;
}
