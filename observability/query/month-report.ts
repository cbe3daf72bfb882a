import type { ErrorBudget } from '@aio/slo/error-budget';
import { type Budgeted, type BudgetSeries, readBudgets } from './error-budgets.ts';
import type { PrometheusApi, Series } from './prometheus.ts';

/** The parts of an objective that a report needs. */
export interface ReportedObjective extends Budgeted {
  title: string;
  description: string;
  /** Share of events that should be good. */
  objective: number;
}

/** The objectives, and the selectors of their recorded series, which the label `slo` distinguishes. */
export interface Reported extends BudgetSeries {
  objectives: readonly ReportedObjective[];
  /** Events per second. */
  events: string;
  badEvents: string;
  /** Exists whenever Prometheus evaluates the rules, even without events. */
  always: string;
  /**
   * Step of the queries: the interval of the recording rules. With a step as long as the range of the rates, a short
   * outage would count half or double, because a rate misses events between two ranges.
   */
  stepSeconds: number;
}

export interface ReportedDay {
  /** UTC, e.g. `2026-11-03`. */
  day: string;
  /** Measured share of the day so far; null = the day has not begun. */
  measured: number | null;
  events: number;
  badEvents: number;
  /** Share of good events; null = no events or no measurement. */
  reached: number | null;
}

export interface ReportedMonth extends ReportedObjective {
  events: number;
  badEvents: number;
  reached: number | null;
  /** Of the 30 days until the end of the month, or until now; null = not measured. */
  budget: ErrorBudget | null;
  /** The day with the largest share of bad events; null = no bad events. */
  worstDay: ReportedDay | null;
  days: readonly ReportedDay[];
}

export interface MonthReport {
  /** e.g. `2026-11` */
  month: string;
  isOver: boolean;
  /** Measured share of the month so far. */
  measured: number;
  objectives: readonly ReportedMonth[];
}

/**
 * Compares a month with the objectives, per UTC day. Time without measurement counts as neither good nor bad; the report
 * says how much there was. The error budget is the recorded one, so that every page shows the same.
 * @param month e.g. `2026-11`
 * @param now seconds since 1970
 * @throws QueryError, PrometheusAway
 */
export async function reportMonth(
  prometheus: Pick<PrometheusApi, 'query' | 'queryRange'>,
  reported: Reported,
  month: string,
  now: number,
): Promise<MonthReport> {
  const { objectives, events, badEvents, always, stepSeconds } = reported;
  const days = daysOf(month);
  const end = days.at(-1)!.to;
  const budgets = await readBudgets(prometheus, reported, objectives, Math.min(end, now));
  const [all, bad, steps] = await Promise.all(
    [`sum_over_time(${events}`, `sum_over_time(${badEvents}`, `count_over_time(${always}`].map(
      (over) => askDays(prometheus, { over, stepSeconds }, days, now),
    ),
  );
  const measuredOf = (key: string, day: DaySpan): number | null => {
    const expected = Math.floor((Math.min(day.to, now) - day.from) / stepSeconds);
    return expected < 1 ? null : Math.min(1, (steps!.get(key, day) ?? 0) / expected);
  };
  const months = objectives.map((objective) =>
    toMonth(
      { ...objective, budget: budgets.get(objective.key) ?? null },
      days.map((day) => {
        const total = (all!.get(objective.key, day) ?? 0) * stepSeconds;
        const wrong = (bad!.get(objective.key, day) ?? 0) * stepSeconds;
        return {
          day: day.day,
          measured: measuredOf(objective.key, day),
          events: total,
          badEvents: wrong,
          reached: total > 0 ? 1 - wrong / total : null,
        };
      }),
    ),
  );
  return {
    month,
    isOver: end <= now,
    measured: measuredIn(months),
    objectives: months,
  };
}

function toMonth(
  objective: ReportedObjective & Pick<ReportedMonth, 'budget'>,
  days: readonly ReportedDay[],
): ReportedMonth {
  const sum = (what: 'events' | 'badEvents') => days.reduce((total, day) => total + day[what], 0);
  const [events, badEvents] = [sum('events'), sum('badEvents')];
  const worstDay = days
    .filter(({ reached }) => reached !== null && reached < 1)
    .toSorted((a, b) => a.reached! - b.reached!)[0];
  return {
    ...objective,
    events,
    badEvents,
    reached: events > 0 ? 1 - badEvents / events : null,
    worstDay: worstDay ?? null,
    days,
  };
}

/** Prometheus evaluates the rules of all objectives together, so the best measured one counts: a new objective has less data. */
function measuredIn(objectives: readonly ReportedMonth[]): number {
  return Math.max(
    0,
    ...objectives.map(({ days }) => meanOf(days.flatMap(({ measured }) => measured ?? []))),
  );
}

function meanOf(shares: readonly number[]): number {
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

interface Found {
  get(key: string, day: DaySpan): number | undefined;
}

/** Evaluates a function over time for each day that has begun. `query` lacks its range and closing bracket. */
async function askDays(
  prometheus: Pick<PrometheusApi, 'query' | 'queryRange'>,
  { over, stepSeconds }: { over: string; stepSeconds: number },
  days: readonly DaySpan[],
  now: number,
): Promise<Found> {
  const whole = days.filter(({ to }) => to <= now);
  const today = days.find(({ from, to }) => from < now && to > now);
  const found = new Map<string, number>();
  const add = (series: readonly Series[], dayAt: (at: number) => string) => {
    for (const { labels, samples } of series)
      for (const { at, value } of samples) found.set(`${labels['slo']} ${dayAt(at)}`, value);
  };
  // Excludes the day's first moment, which belongs to the day before. Prometheus 2 would count it twice.
  const promql = (seconds: number) => `${over}[${Math.max(1, seconds - 1)}s:${stepSeconds}s])`;
  if (whole.length > 0) {
    const range = { from: whole[0]!.to, to: whole.at(-1)!.to, stepSeconds: DAY_SECONDS };
    const ofEnd = new Map(whole.map(({ day, to }) => [to, day]));
    add(await prometheus.queryRange(promql(DAY_SECONDS), range), (at) => ofEnd.get(at) ?? '');
  }
  if (today !== undefined) {
    const seconds = Math.max(stepSeconds, Math.floor(now - today.from));
    add(await prometheus.query(promql(seconds), now), () => today.day);
  }
  return { get: (key, { day }) => found.get(`${key} ${day}`) };
}

export const DAY_SECONDS = 86_400;

/** A UTC day in seconds since 1970; `to` is the next day's `from`. */
export interface DaySpan {
  day: string;
  from: number;
  to: number;
}

/** Format of a month: `2026-11`. */
export const MONTH = /^20\d{2}-(?:0[1-9]|1[0-2])$/;

/** @throws Error if the month is invalid */
export function daysOf(month: string): DaySpan[] {
  if (!MONTH.test(month)) throw new Error(`${month} is not a month such as 2026-11`);
  const [year, number] = month.split('-').map(Number) as [number, number];
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: count }, (_, index) => {
    const from = Date.UTC(year, number - 1, index + 1) / 1000;
    const day = `${month}-${String(index + 1).padStart(2, '0')}`;
    return { day, from, to: from + DAY_SECONDS };
  });
}

/** The month of a moment, in UTC. */
export function monthOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 'YYYY-MM'.length);
}
