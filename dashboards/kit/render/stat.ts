import {
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  SpecialValueMatch,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PALETTE } from '@aio/slo/panels';
import type { PanelOf } from '../panel.ts';
import { describe, NONE } from './shared.ts';

/** One figure over a sparkline, in a tile with the colour of its limits. Grey = no data, neither good nor bad. */
export function renderStat(panel: PanelOf<'stat'>): PanelBuilder {
  const { limits, queries, absent = NONE } = panel;
  const hasHistory = !queries.every(({ instant }) => instant);
  return describe(new PanelBuilder(), panel)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']))
    .graphMode(hasHistory ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(limits ? BigValueColorMode.BackgroundSolid : BigValueColorMode.None)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .mappings([
      {
        type: MappingType.SpecialValue,
        options: {
          // Otherwise, a missing value gets the colour of the lowest step.
          match: SpecialValueMatch.NullAndNan,
          result: { text: absent, color: PALETTE.grey },
        },
      },
    ]);
}
