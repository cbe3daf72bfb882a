/**
 * Colours that stay apart for every kind of colour vision and in print: Okabe and Ito's set, see
 * https://jfly.uni-koeln.de/color/. Where colour carries meaning, line style or text carries it too.
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

export interface SeriesStyle {
  readonly color: string;
  readonly dash: 'solid' | 'dash' | 'dot';
}

const solid = (color: keyof typeof PALETTE): SeriesStyle => ({
  color: PALETTE[color],
  dash: 'solid',
});
const dashed = (color: keyof typeof PALETTE): SeriesStyle => ({
  color: PALETTE[color],
  dash: 'dash',
});
const dotted = (color: keyof typeof PALETTE): SeriesStyle => ({
  color: PALETTE[color],
  dash: 'dot',
});

/** Series with a name of their own. */
const NAMED = {
  P50: solid('sky'),
  P95: dashed('amber'),
  P99: dotted('vermilion'),
  '2xx': solid('blue'),
  '3xx': solid('sky'),
  '4xx': dashed('amber'),
  '5xx': dotted('vermilion'),
} as const;

/** Series named by the value of a label. */
const BY_LABEL = {
  outcome: {
    succeeded: solid('blue'),
    failed: dashed('vermilion'),
    cancelled: dotted('grey'),
    worker_lost: dashed('yellow'),
  },
  status: {
    succeeded: solid('blue'),
    failed: dashed('vermilion'),
    skipped: dashed('grey'),
    cancelled: dotted('grey'),
  },
  state: {
    running: solid('blue'),
    waiting: dotted('pink'),
    used: dashed('amber'),
    free: solid('sky'),
    active: dashed('amber'),
    idle: solid('sky'),
    ready_steps: solid('blue'),
    queued_runs: dashed('amber'),
    delayed: dashed('grey'),
    failed: dashed('vermilion'),
  },
  direction: { input: solid('sky'), output: dashed('blue') },
} as const;

/**
 * The styles that mean the same on every board: of a name, or of all values of the label that names
 * the series (`{{outcome}}`). Other series take the colours of Grafana's palette.
 */
export function stylesOf(legend: string): Readonly<Record<string, SeriesStyle>> {
  const label = /^\{\{(\w+)\}\}$/.exec(legend)?.[1];
  if (label) return (BY_LABEL as Record<string, Record<string, SeriesStyle>>)[label] ?? {};
  const named = (NAMED as Record<string, SeriesStyle>)[legend];
  return named ? { [legend]: named } : {};
}
