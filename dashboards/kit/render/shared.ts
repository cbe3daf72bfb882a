import {
  type DashboardLink,
  DashboardLinkBuilder,
  type DynamicConfigValue,
  type Panel as GrafanaPanel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { DATASOURCE, PromTarget } from '../targets.ts';
import { toThresholds, writeLimits } from '../limits.ts';
import type { Link } from '../link.ts';
import { type SeriesStyle, stylesOf } from '../style.ts';
import type { Panel } from '../panel.ts';
import { UNITS } from '../units.ts';

/** Methods that all panel builders of the SDK have. The SDK has no common type for them. */
interface AnyPanelBuilder extends Builder<GrafanaPanel> {
  title(title: string): unknown;
  description(description: string): unknown;
  datasource(datasource: { type: string; uid: string }): unknown;
  unit(unit: string): unknown;
  noValue(text: string): unknown;
  links(links: Builder<DashboardLink>[]): unknown;
  dataLinks(links: Builder<DashboardLink>[]): unknown;
  thresholds(thresholds: ThresholdsConfigBuilder): unknown;
  withTarget(target: Builder<Dataquery>): unknown;
}

/** Text of a tile or ranking without data, unless the panel says why. */
export const NONE = 'none';

/** Sets what all kinds of panels share, and returns the builder. */
export function describe<B extends AnyPanelBuilder>(
  builder: B,
  panel: Panel,
  format = PromQueryFormat.TimeSeries,
): B {
  const { title, description, unit, limits, links = [], pointLinks = [] } = panel;
  builder.title(title);
  builder.description([description, writeLimits(limits, unit)].filter(Boolean).join(' '));
  builder.datasource(DATASOURCE);
  builder.unit(UNITS[unit]);
  const absent = panel.absent ?? (['stat', 'ranking'].includes(panel.kind) ? NONE : undefined);
  if (absent !== undefined) builder.noValue(absent);
  builder.thresholds(thresholds(toThresholds(limits)));
  builder.links(links.map(linkBuilder));
  builder.dataLinks(pointLinks.map(linkBuilder));
  for (const [index, query] of panel.queries.entries()) {
    builder.withTarget(new PromTarget(query).toDataquery(refId(index), format));
  }
  return builder;
}

/** A to Z. */
function refId(index: number): string {
  return String.fromCodePoint('A'.codePointAt(0)! + index);
}

function thresholds(steps: Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

function linkBuilder({ title, url, blank }: Link): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).url(url).targetBlank(blank);
}

/** Fixed styles of a panel's series as Grafana overrides: a colour and, for lines, a dash. */
export function styleOverrides(panel: Panel): [name: string, properties: DynamicConfigValue[]][] {
  const styles = Object.assign(
    {},
    ...panel.queries.map(({ legend }) => stylesOf(legend, panel.styles)),
  );
  return Object.entries(styles as Record<string, SeriesStyle>).map(([name, { color, dash }]) => [
    name,
    [
      { id: 'color', value: { mode: 'fixed', fixedColor: color } },
      ...(dash === 'solid' ? [] : [{ id: 'custom.lineStyle', value: DASHES[dash] }]),
    ],
  ]);
}

const DASHES = { dash: { fill: 'dash', dash: [10, 6] }, dot: { fill: 'dot', dash: [2, 6] } };
