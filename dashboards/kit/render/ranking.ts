import { PanelBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PALETTE } from '@aio/slo/panels';
import type { PanelOf } from '../panel.ts';
import { describe } from './shared.ts';

/** The largest values, as bars with name and value. */
export function renderRanking(panel: PanelOf<'ranking'>): PanelBuilder {
  return describe(new PanelBuilder(), panel)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Left)
    .colorScheme(
      panel.limits
        ? new FieldColorBuilder().mode(FieldColorModeId.Thresholds)
        : new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(PALETTE.blue),
    )
    .min(0);
}
