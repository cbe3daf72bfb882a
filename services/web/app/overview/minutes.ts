import type { Overview } from '../../shared/api.ts';

type Minute = Overview['minutes'][number];

/** Parts of a minute's bar, from the bottom up. */
export const OUTCOMES = ['succeeded', 'failed', 'rejected', 'cancelled', 'unfinished'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface MinuteBar {
  /** ISO 8601. */
  at: string;
  runs: Record<Outcome, number>;
  total: number;
}

const MINUTE_MS = 60_000;

/** Every minute of the period, oldest first. The API leaves out minutes without runs. */
export function allMinutes({ since, until, minutes }: Overview): (Minute | { at: string })[] {
  const byTime = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]));
  const first = Math.floor(Date.parse(since) / MINUTE_MS) * MINUTE_MS;
  const all: (Minute | { at: string })[] = [];
  for (let at = first; at <= Date.parse(until); at += MINUTE_MS)
    all.push(byTime.get(at) ?? { at: new Date(at).toISOString() });
  return all;
}

export function minuteBars(overview: Overview): MinuteBar[] {
  return allMinutes(overview).map((minute) => {
    const runs = { succeeded: 0, failed: 0, rejected: 0, cancelled: 0, unfinished: 0 };
    if ('runs' in minute) {
      const { queued, running, waiting, ...ended } = minute.runs;
      Object.assign(runs, ended, { unfinished: queued + running + waiting });
    }
    const total = Object.values(runs).reduce((sum, count) => sum + count, 0);
    return { at: minute.at, runs, total };
  });
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
