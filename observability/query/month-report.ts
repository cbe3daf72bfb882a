import { daysOf, type DaySpan, DAY_SECONDS } from './month-days.ts';
import type { PrometheusApi, Series } from './prometheus.ts';

/** An objective, as far as a report has to know it. */
export interface ReportedObjective {
  /** The value of the label `slo`. */
  key: string;
  title: string;
  description: string;
  /** Share of events that are to be good. */
  objective: number;
}

/** The objectives, and the selectors of what is recorded of all of them, told apart by the label `slo`. */
export interface Reported {
  objectives: readonly ReportedObjective[];
  /** Events a second. */
  events: string;
  badEvents: string;
  /** There whenever the rules are evaluated, whether something happens or not. */
  always: string;
  /**
   * How often the two are looked at. As often as they are recorded: looked at once in the range that their rates are
   * over, a short outage counts as half or double what it was, since a rate does not see what lies between two ranges.
   */
  stepSeconds: number;
}

export interface ReportedDay {
  /** UTC, e.g. `2026-11-03`. */
  day: string;
  /** Of the time of the day that has passed, the share that was measured; null = it has not begun. */
  measured: number | null;
  events: number;
  badEvents: number;
  /** Share of events that were good; null = there were none, or nothing was measured. */
  reached: number | null;
}

export interface ReportedMonth extends ReportedObjective {
  events: number;
  badEvents: number;
  reached: number | null;
  /** Of the bad events that so many events allow, the share that happened; null = they allow not even one. */
  budgetUsed: number | null;
  /** The day with the largest share of bad events; null = none had any. */
  worstDay: ReportedDay | null;
  days: readonly ReportedDay[];
}

export interface MonthReport {
  /** e.g. `2026-11` */
  month: string;
  isOver: boolean;
  /** Of the time of the month that has passed, the share that was measured. */
  measured: number;
  objectives: readonly ReportedMonth[];
}

/**
 * How a month was against the objectives, in days of UTC. What was not measured counts for nothing: it is neither good
 * nor bad, and the report says how much there is of it.
 * @param month e.g. `2026-11`
 * @param now seconds since 1970
 * @throws QueryError, PrometheusAway
 */
export async function reportMonth(
  prometheus: Pick<PrometheusApi, 'query' | 'queryRange'>,
  { objectives, events, badEvents, always, stepSeconds }: Reported,
  month: string,
  now: number,
): Promise<MonthReport> {
  const days = daysOf(month);
  const [all, bad, steps] = await Promise.all(
    [`sum_over_time(${events}`, `sum_over_time(${badEvents}`, `count_over_time(${always}`].map(
      (over) => askDays(prometheus, { over, stepSeconds }, days, now),
    ),
  );
  const measuredOf = (key: string, day: DaySpan): number | null => {
    const expected = Math.floor((Math.min(day.to, now) - day.from) / stepSeconds);
    return expected < 1 ? null : Math.min(1, (steps!.get(key, day) ?? 0) / expected);
  };
  const reported = objectives.map((objective) =>
    toMonth(
      objective,
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
    isOver: days.at(-1)!.to <= now,
    measured: measuredIn(reported),
    objectives: reported,
  };
}

function toMonth(objective: ReportedObjective, days: readonly ReportedDay[]): ReportedMonth {
  const sum = (what: 'events' | 'badEvents') => days.reduce((total, day) => total + day[what], 0);
  const [events, badEvents] = [sum('events'), sum('badEvents')];
  const allowed = events * (1 - objective.objective);
  const worstDay = days
    .filter(({ reached }) => reached !== null && reached < 1)
    .toSorted((a, b) => a.reached! - b.reached!)[0];
  return {
    ...objective,
    events,
    badEvents,
    reached: events > 0 ? 1 - badEvents / events : null,
    budgetUsed: allowed < 1 ? null : badEvents / allowed,
    worstDay: worstDay ?? null,
    days,
  };
}

/** The rules of all objectives are evaluated together; one that is new has less, and is not to blame Prometheus. */
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

/** What a function over time, which lacks its range and its bracket, says of each day that has begun. */
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
  // Without the day's first moment, which belongs to the day before: Prometheus 2 would count it here as well.
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
