/** Recording rules of objectives: events per second, error ratios over several ranges, and what is left of the budget. */
import { RECORDED_RANGES, type RecordedRange } from './burn-rates.ts';
import { always, and, divide, or, overTime, plus, rest, times, where } from './promql.ts';
import { type Query } from './query.ts';
import type { RecordingRule, RuleGroup } from './rule-group.ts';
import { allEvents, badEvents, type Slo } from './slo.ts';
import { errorRatioName, recordedErrorRatio, recordedSlo, SLO_SERIES } from './slo-series.ts';
import type { TimeScale } from './time-scale.ts';

/** Long ranges change slowly and cost more to query, so they are evaluated less often. */
const LONG_RANGES: readonly RecordedRange[] = ['1d', '3d', '30d'];
const SHORT_RANGES = RECORDED_RANGES.filter((range) => !LONG_RANGES.includes(range));

/** The shortest rate at a scrape interval of 15 s. An event counts at most this long after a range has passed. */
export const EVENTS_RANGE = '1m';

/**
 * Records bad and all events per second over one minute. Every longer range is a sum of these rates: each event has the
 * same weight, and a query reads one series instead of one per route.
 */
export function recordingRules(
  slos: Readonly<Record<string, Slo>>,
  time: TimeScale,
): [events: RuleGroup, ratios: RuleGroup, budgets: RuleGroup] {
  const errorRatio = (range: RecordedRange) =>
    record(errorRatioName(range), ratioOver(range, time));
  return [
    {
      name: 'slo-events',
      rules: Object.entries(slos).flatMap(([key, slo]) => countEvents(key, slo, time)),
    },
    { name: 'slo-error-ratios', rules: SHORT_RANGES.map(errorRatio) },
    {
      name: 'slo-budgets',
      interval: time.hold('1m'),
      rules: [...LONG_RANGES.map(errorRatio), record(SLO_SERIES.budgetLeft, budgetLeft(time))],
    },
  ];
}

function countEvents(key: string, slo: Slo, time: TimeScale): RecordingRule[] {
  const range = time.range(EVENTS_RANGE);
  const ofSlo = { labels: { slo: key } };
  return [
    { ...record(SLO_SERIES.events, allEvents(slo, range)), ...ofSlo },
    { ...record(SLO_SERIES.badEvents, badEvents(slo, range)), ...ofSlo },
    { ...record(SLO_SERIES.objective, always(slo.objective)), ...ofSlo },
  ];
}

/** For all objectives at once; the label `slo` distinguishes them. */
function ratioOver(range: RecordedRange, time: TimeScale): Query<'slo'> {
  const sum = (what: 'badEvents' | 'events') =>
    overTime('sum', recordedSlo(what), time.range(range));
  return divide(sum('badEvents'), where(sum('events'), '>', 0));
}

/**
 * 1 = nothing is spent, 0 = all is spent, below 0 = the objective is missed. The budget is what 30 days allow at the
 * average rate of events, also in the first hour: the spent share is weighted by the share of 30 days that has data.
 * Absent while 30 days allow less than one bad event, because the first one would miss the objective.
 */
function budgetLeft(time: TimeScale): Query<'slo'> {
  const allowed = rest(recordedSlo('objective'));
  const spent = divide(times(recordedErrorRatio('30d'), shareOfTime(time)), allowed);
  const perSecond = overTime('avg', recordedSlo('events'), time.range('30d'));
  const allowedEvents = times(times(perSecond, time.seconds('30d')), allowed);
  return and(rest(spent), where(allowedEvents, '>=', 1));
}

/** Share of 30 days for which an objective has data, in steps of five minutes. */
function shareOfTime(time: TimeScale): Query<'slo'> {
  const events = recordedSlo('events');
  const steps = overTime('count', events, time.range('30d'), { every: time.range('5m') });
  // The first five minutes may not contain a step yet.
  const begun = plus(or(steps, times(events, 0)), 1);
  return divide(begun, time.seconds('30d') / time.seconds('5m') + 1);
}

/** A recording rule without labels of its own. */
export function record(name: string, query: Query<string>): RecordingRule {
  return { record: name, expr: query.promql };
}
