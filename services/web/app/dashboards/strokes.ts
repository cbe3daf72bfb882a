import type { Override, Panel } from './board.ts';

/** How a series is drawn: series of a panel differ by colour and dash. */
export interface Stroke {
  color: string;
  /** Lengths of dash and gap in pixels; empty = a solid line. */
  dash: number[];
}

/** Okabe and Ito's palette, safe for colour blindness. Vermilion, the colour of errors, comes last. */
const COLORS = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#8E8E8E', '#D55E00'];
const DASHES = [[], [10, 6], [2, 6], [14, 4, 2, 4], [5, 3]];

/** Shades of the same hues with a contrast of 3:1 on the page. */
const ON_LIGHT: Readonly<Record<string, string>> = {
  '#E69F00': '#B37A00',
  '#56B4E9': '#2A8CC7',
  '#F0E442': '#8F8500',
  '#CC79A7': '#B85C92',
  '#009E73': '#00835F',
};
const ON_DARK: Readonly<Record<string, string>> = {
  '#0072B2': '#4AA3DF',
};

export function shadeFor(color: string, isDark: boolean): string {
  return (isDark ? ON_DARK : ON_LIGHT)[color.toUpperCase()] ?? color;
}

/** The stroke of a panel's series: the board's override by name, else the default by index. */
export function strokeOf(
  { overrides, defaults }: Pick<Panel, 'overrides' | 'defaults'>,
  name: string,
  index: number,
): Stroke {
  const stroke: Stroke = {
    color:
      defaults.color?.mode === 'fixed' && defaults.color.fixedColor
        ? defaults.color.fixedColor
        : COLORS[index % COLORS.length]!,
    dash: DASHES[index % DASHES.length]!,
  };
  const own = overrides.filter((override) => concerns(override, name));
  if (own.length > 0) stroke.dash = [];
  for (const { id, value } of own.flatMap(({ properties }) => properties)) {
    if (id === 'color')
      stroke.color = (value as { fixedColor?: string }).fixedColor ?? stroke.color;
    if (id === 'custom.lineStyle') stroke.dash = (value as { dash?: number[] }).dash ?? [];
  }
  return stroke;
}

function concerns({ matcher }: Override, name: string): boolean {
  return matcher.id === 'byName' && matcher.options === name;
}
