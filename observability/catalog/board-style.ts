/** How boards look, in Grafana and in the web UI. */

/**
 * Colours that people with any colour vision can tell apart, also in print: the set of Okabe and Ito, see
 * https://jfly.uni-koeln.de/color/. Where a colour has a meaning, a line style or text has it, too.
 */
export const PALETTE = {
  blue: '#0072B2',
  sky: '#56B4E9',
  teal: '#009E73',
  yellow: '#F0E442',
  amber: '#E69F00',
  vermilion: '#D55E00',
  pink: '#CC79A7',
  grey: '#8E8E8E',
} as const;

/** What a colour says about a value with limits. */
export const LEVEL_COLORS = {
  fine: PALETTE.teal,
  look: PALETTE.amber,
  bad: PALETTE.vermilion,
} as const;

/** Drops the prefix of `AIO / Runs`, which sets AIO's boards apart in Grafana. */
export function boardName(title: string): string {
  return title.replace(/^AIO \/ /, '');
}
