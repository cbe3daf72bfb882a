import { LogsDedupStrategy, LogsSortOrder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/logs';
import type { PanelOf } from '../panel.ts';
import { describe } from './shared.ts';

/** Log lines, oldest first. Each opens its fields and a link to its trace. */
export function renderLogs(panel: PanelOf<'logs'>): PanelBuilder {
  return describe(new PanelBuilder(), panel)
    .showTime(true)
    .showLabels(false)
    .showCommonLabels(false)
    .showLogContextToggle(false)
    .wrapLogMessage(true)
    .prettifyLogMessage(false)
    .enableLogDetails(true)
    .dedupStrategy(LogsDedupStrategy.None)
    .sortOrder(LogsSortOrder.Ascending);
}
