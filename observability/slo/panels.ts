/** Numbers and colours of panels, which boards, links of alerts and web UIs share. */

/**
 * Number of a panel in Grafana, derived from its title, which is unique within the board. So links of alerts survive when
 * other panels change.
 * @returns 1 to 1,000,000
 */
export function panelId(uid: string, title: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${uid}/${title}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return ((hash >>> 0) % 1_000_000) + 1;
}

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
