/**
 * Shorter times for drills, in which an alert of an hour must fire within a minute. At scale 1, times are as written.
 * Below 1, ranges, `for` and ages shrink by this factor, but stay long enough for a scrape every few seconds.
 */

/** A PromQL duration. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

export interface TimeScale {
  /** A range for counting or averaging. */
  range(full: Duration): Duration;
  /** How long a condition must hold; `0s` stays. */
  hold(full: Duration): Duration;
  /** A time that a query compares with, in seconds. */
  seconds(full: Duration): number;
  /** Minimum number of events in a range. */
  events(full: number): number;
}

/** Three scrapes at 5 s: a rate needs two, and one may be late. */
const MIN_RANGE_SECONDS = 15;
const MIN_HOLD_SECONDS = 5;

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** @param scale 1 = as written; 1/60 turns an hour into a minute */
export function createTimeScale(scale = 1): TimeScale {
  if (!(scale > 0 && scale <= 1))
    throw new RangeError(`the time scale must be above 0 and at most 1, not ${scale}`);
  const shorten = (full: Duration, least: number): Duration => {
    if (scale === 1 || inSeconds(full) <= least) return full;
    return `${Math.max(least, Math.round(inSeconds(full) * scale))}s`;
  };
  return {
    range: (full) => shorten(full, MIN_RANGE_SECONDS),
    hold: (full) => shorten(full, MIN_HOLD_SECONDS),
    seconds: (full) => inSeconds(shorten(full, MIN_RANGE_SECONDS)),
    events: (full) => Math.max(1, Math.round(full * scale)),
  };
}

export function inSeconds(duration: Duration): number {
  return Number(duration.slice(0, -1)) * UNIT_SECONDS[duration.at(-1) as keyof typeof UNIT_SECONDS];
}
