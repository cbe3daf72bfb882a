/**
 * Shorter times for drills, in which an hour's alert has to fire in a minute. At scale 1 everything is
 * as written; below, ranges, `for` and ages shrink by the same factor, down to what a scrape every few
 * seconds can still fill.
 */

/** A length of time as PromQL writes it. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

export interface TimeScale {
  /** Over which something is counted or averaged. */
  range(full: Duration): Duration;
  /** How long a condition has to hold; `0s` stays. */
  hold(full: Duration): Duration;
  /** A length that a query compares with, in seconds. */
  seconds(full: Duration): number;
  /** How many events are enough, of those that come in a range. */
  events(full: number): number;
}

/** Three scrapes at 5 s: a rate needs two of them, and one may be late. */
const MIN_RANGE_SECONDS = 15;
const MIN_HOLD_SECONDS = 5;

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** @param scale 1 = as written; 1/60 makes a minute of an hour */
export function createTimeScale(scale = 1): TimeScale {
  if (!(scale > 0 && scale <= 1)) throw new RangeError(`the time scale is ${scale}, not in (0, 1]`);
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
