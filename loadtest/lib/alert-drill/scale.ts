import { ARRIVES_WITHIN } from '@aio/catalog/alert-times';
import { listAlerts } from '@aio/catalog/alerts';
import { AFTERMATH } from '@aio/catalog/burn-rates';
import { createTimeScale, inSeconds } from '@aio/catalog/time-scale';
import type { AlertDrill } from './drill.ts';

/** How many times shorter the times of the rules are. */
export const SHORTER = {
  /** What a hard failure may take is measured as shipped. */
  hard: 1,
  /** An hour takes a minute: rules of minutes are then as short as a time scale makes them. */
  usual: 60,
  /** An hour takes ten seconds: the longest range of a burning budget is three days. */
  burns: 360,
} as const;

type Told = Pick<AlertDrill, 'fires' | 'also' | 'hard'>;

/** Beside the times of the rules: what a fault takes to show, the longest 60 s (stuck runs). */
const SHOWS_WITHIN_MS = 120_000;

/** Burns resolve by the length of their ranges, so whoever may see one wants them shorter. */
export function shorterFor(drill: Told): number {
  return mayBurn(drill) ? SHORTER.burns : SHORTER.usual;
}

/** The longest that what a drill expects may take, with time to spare. */
export interface Patience {
  fireMs: number;
  resolveMs: number;
}

/** Twice what a ticket may take; and the aftermath of a cause with what it needs to be scraped. */
const HARD: Patience = {
  fireMs: 2000 * ARRIVES_WITHIN.ticket,
  resolveMs: SHOWS_WITHIN_MS + 1000 * inSeconds(AFTERMATH.cause),
};

export function patience(drill: Told, scale: number): Patience {
  if (drill.hard && scale === 1) return HARD;
  const time = createTimeScale(scale);
  const [range, hold] = mayBurn(drill)
    ? [time.range('6h'), time.hold('3h')]
    : [time.range('15m'), time.hold('5m')];
  return {
    fireMs: SHOWS_WITHIN_MS + 1000 * (inSeconds(range) + inSeconds(hold)),
    resolveMs: SHOWS_WITHIN_MS + 2000 * inSeconds(range),
  };
}

function mayBurn({ fires, also = [] }: Told): boolean {
  const burns = new Set(listAlerts()['slo-burn']?.map(({ name }) => name));
  return [...fires, ...also].some(({ alert }) => burns.has(alert));
}
