/** How boards look. */
import { PALETTE } from '@aio/slo/panels';

/** Lines over time that are not stacked. */
export const LINE_STYLE = {
  lineWidth: 2,
  fillOpacity: 8,
  /** In ms. A failed scrape leaves no gap. A process that is gone for minutes does. */
  spanNulls: 60_000,
} as const;

export interface SeriesStyle {
  readonly color: string;
  readonly dash: 'solid' | 'dash' | 'dot';
}

type Color = keyof typeof PALETTE;
const style =
  (dash: SeriesStyle['dash']) =>
  (color: Color): SeriesStyle => ({
    color: PALETTE[color],
    dash,
  });
export const solid = style('solid');
export const dashed = style('dash');
export const dotted = style('dot');

/** Styles that mean the same on every board, by the name of the series. */
const COMMON_STYLES: Readonly<Record<string, SeriesStyle>> = {
  P50: solid('sky'),
  P95: dashed('amber'),
  P99: dotted('vermilion'),
  '2xx': solid('blue'),
  '3xx': solid('sky'),
  '4xx': dashed('amber'),
  '5xx': dotted('vermilion'),
};

/** Styles by the label that names the series in a legend such as `{{outcome}}`, and its value. */
export type StylesByLabel = Readonly<Record<string, Readonly<Record<string, SeriesStyle>>>>;

/** Styles of a legend, by name of the series. Other series get the colours of Grafana's palette. */
export function stylesOf(
  legend: string,
  byLabel: StylesByLabel = {},
): Readonly<Record<string, SeriesStyle>> {
  const label = /^\{\{(\w+)\}\}$/.exec(legend)?.[1];
  if (label) return byLabel[label] ?? {};
  const common = COMMON_STYLES[legend];
  return common ? { [legend]: common } : {};
}
