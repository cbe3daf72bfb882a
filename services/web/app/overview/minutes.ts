import type { Overview } from '../../shared/api.ts';

type Minute = Overview['minutes'][number];

const MINUTE_MS = 60_000;

/** Every minute of the period, oldest first. The API leaves out minutes without runs. */
function allMinutes({ since, until, minutes }: Overview): (Minute | { at: string })[] {
  const byTime = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]));
  const first = Math.floor(Date.parse(since) / MINUTE_MS) * MINUTE_MS;
  const all: (Minute | { at: string })[] = [];
  for (let at = first; at <= Date.parse(until); at += MINUTE_MS)
    all.push(byTime.get(at) ?? { at: new Date(at).toISOString() });
  return all;
}

/** Accepted runs of every minute. */
export function totalsOf(overview: Overview): number[] {
  const total = (runs: Minute['runs']) =>
    Object.values(runs).reduce((sum, count) => sum + count, 0);
  return allMinutes(overview).map((minute) => ('runs' in minute ? total(minute.runs) : 0));
}

/** One value per minute for a sparkline; null = the minute has nothing to measure. */
export function seriesOf(
  overview: Overview,
  valueOf: (minute: Minute) => number | null,
): (number | null)[] {
  return allMinutes(overview).map((minute) => ('runs' in minute ? valueOf(minute) : null));
}

/** Share of succeeded runs among succeeded and failed ones; null = there are none. */
export function successOf({ succeeded, failed }: Minute['runs']): number | null {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
}
