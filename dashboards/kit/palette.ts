import { PALETTE } from '@aio/catalog/board-style';

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

/** Styles by the name of the series. */
const NAMED = {
  P50: solid('sky'),
  P95: dashed('amber'),
  P99: dotted('vermilion'),
  '2xx': solid('blue'),
  '3xx': solid('sky'),
  '4xx': dashed('amber'),
  '5xx': dotted('vermilion'),
} as const;

/** Styles by the label that names the series, and its value. */
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
 * Fixed styles that mean the same on every board: of a name, or of all values of the label that names the series
 * (`{{outcome}}`). Other series get the colours of Grafana's palette.
 */
export function stylesOf(legend: string): Readonly<Record<string, SeriesStyle>> {
  const label = /^\{\{(\w+)\}\}$/.exec(legend)?.[1];
  if (label) return (BY_LABEL as Record<string, Record<string, SeriesStyle>>)[label] ?? {};
  const named = (NAMED as Record<string, SeriesStyle>)[legend];
  return named ? { [legend]: named } : {};
}
