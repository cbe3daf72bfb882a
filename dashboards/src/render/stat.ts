import {
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelOf } from '../panel.ts';
import { describe } from './shared.ts';

/** One figure, in the colour of its limits, over a sparkline. */
export function renderStat(panel: PanelOf<'stat'>): PanelBuilder {
  const hasHistory = !panel.queries.every(({ instant }) => instant);
  return describe(new PanelBuilder(), panel)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(hasHistory ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .noValue('none yet');
}
