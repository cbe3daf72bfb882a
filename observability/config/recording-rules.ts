import { RECORDED_RANGES, type RecordedRange } from '@aio/catalog/objectives/burn-rates';
import {
  type Query,
  always,
  and,
  divide,
  or,
  overTime,
  plus,
  rest,
  times,
  where,
} from '@aio/catalog/promql';
import { countProxyErrors, PROXY_ERRORS_NAME } from '@aio/catalog/proxy-errors';
import {
  SLO_SERIES,
  errorRatioName,
  recordedErrorRatio,
  recordedSlo,
} from '@aio/catalog/objectives/slo-series';
import { SLOS, SLO_KEYS, type SloKey, allEvents, badEvents } from '@aio/catalog/objectives/slos';
import type { TimeScale } from '@aio/catalog/alerts/time-scale';
import type { RecordingRule, RuleGroup } from './rule-group.ts';
import { spendRules } from './spend-rules.ts';

/** Long ranges change slowly and cost more to query, so they are evaluated less often. */
const LONG_RANGES: readonly RecordedRange[] = ['1d', '3d', '30d'];
const SHORT_RANGES = RECORDED_RANGES.filter((range) => !LONG_RANGES.includes(range));

/** The shortest rate at a scrape interval of 15 s. An event counts at most this long after a range has passed. */
const EVENTS_RANGE = '1m';

/**
 * Records bad and all events per second over one minute. Every longer range is a sum of these rates: each event has the
 * same weight, and a query reads one series instead of one per route.
 */
export function recordingRules(time: TimeScale): RuleGroup[] {
  const errorRatio = (range: RecordedRange) =>
    record(errorRatioName(range), ratioOver(range, time));
  return [
    {
      name: 'slo-events',
      rules: [
        record(PROXY_ERRORS_NAME, countProxyErrors(time.range(EVENTS_RANGE))),
        ...SLO_KEYS.flatMap((slo) => countEvents(slo, time)),
      ],
    },
    { name: 'slo-error-ratios', rules: SHORT_RANGES.map(errorRatio) },
    {
      name: 'slo-budgets',
      interval: time.hold('1m'),
      rules: [...LONG_RANGES.map(errorRatio), record(SLO_SERIES.budgetLeft, budgetLeft(time))],
    },
    spendRules(time),
  ];
}

function countEvents(slo: SloKey, time: TimeScale): RecordingRule[] {
  const range = time.range(EVENTS_RANGE);
  const ofSlo = { labels: { slo } };
  return [
    { ...record(SLO_SERIES.events, allEvents(SLOS[slo], range)), ...ofSlo },
    { ...record(SLO_SERIES.badEvents, badEvents(SLOS[slo], range)), ...ofSlo },
    { ...record(SLO_SERIES.objective, always(SLOS[slo].objective)), ...ofSlo },
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
  const steps = overTime('count', events, time.range('30d'), time.range('5m'));
  // The first five minutes may not contain a step yet.
  const begun = plus(or(steps, times(events, 0)), 1);
  return divide(begun, time.seconds('30d') / time.seconds('5m') + 1);
}

function record(name: string, query: Query<string>): RecordingRule {
  return { record: name, expr: query.promql };
}
