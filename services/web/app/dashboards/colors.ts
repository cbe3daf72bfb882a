import { PALETTE } from '@aio/catalog/boards';
import type { Override, Panel } from './board.ts';

/** How a series is drawn: series of a panel differ by colour and dash. */
export interface Stroke {
  color: string;
  /** Lengths of dash and gap in pixels; empty = a solid line. */
  dash: number[];
}

/** Vermilion, the colour of errors, comes last. */
const { blue, sky, teal, yellow, amber, vermilion, pink, grey } = PALETTE;
const COLORS = [blue, amber, teal, pink, sky, grey, vermilion];
const DASHES = [[], [10, 6], [2, 6], [14, 4, 2, 4], [5, 3]];

/** Shades of the same hues with a contrast of 3:1 on the page. */
const ON_LIGHT: Readonly<Record<string, string>> = {
  [amber]: '#B37A00',
  [sky]: '#2A8CC7',
  [yellow]: '#8F8500',
  [pink]: '#B85C92',
  [teal]: '#00835F',
};
const ON_DARK: Readonly<Record<string, string>> = {
  [blue]: '#4AA3DF',
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

/** Black or white text, whichever contrasts more with the background. */
export function inkOn(background: string): '#000000' | '#ffffff' {
  const light = luminance(background);
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? '#000000' : '#ffffff';
}

/** Relative luminance of `#rrggbb` by WCAG 2. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const part = Number.parseInt(color.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
