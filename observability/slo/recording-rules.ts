/** Recording rules of objectives: events per second, error ratios over several ranges, and what is left of the budget. */
import { RECORDED_RANGES, type RecordedRange } from './burn-rates.ts';
import { always, and, divide, or, overTime, rest, times, where } from './promql.ts';
import { type Query, type Series } from './query.ts';
import type { RecordingRule, RuleGroup } from './rule-group.ts';
import { allEvents, badEvents, errorBudget, minEventsOf, type Slo } from './slo.ts';
import { errorRatioName, recordedErrorRatio, recordedSlo, SLO_SERIES } from './slo-series.ts';
import { inSeconds } from './duration.ts';

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
): [events: RuleGroup, ratios: RuleGroup, budgets: RuleGroup] {
  const errorRatio = (range: RecordedRange) => record(errorRatioName(range), ratioOver(range));
  return [
    {
      name: 'slo-events',
      rules: Object.entries(slos).flatMap(([key, slo]) => countEvents(key, slo)),
    },
    { name: 'slo-error-ratios', rules: SHORT_RANGES.map(errorRatio) },
    {
      name: 'slo-budgets',
      interval: '1m',
      rules: [
        ...LONG_RANGES.map(errorRatio),
        record(SLO_SERIES.counted, countOver(recordedSlo('events'), '30d')),
        ...Object.entries(slos).map(([key, slo]) =>
          record(SLO_SERIES.budgetLeft, budgetLeft(key, slo)),
        ),
      ],
    },
  ];
}

function countEvents(key: string, slo: Slo): RecordingRule[] {
  const ofSlo = { labels: { slo: key } };
  return [
    { ...record(SLO_SERIES.events, allEvents(slo, EVENTS_RANGE)), ...ofSlo },
    { ...record(SLO_SERIES.badEvents, badEvents(slo, EVENTS_RANGE)), ...ofSlo },
    { ...record(SLO_SERIES.objective, always(slo.objective)), ...ofSlo },
  ];
}

/** For all objectives at once; the label `slo` distinguishes them. */
function ratioOver(range: RecordedRange): Query<'slo'> {
  const sum = (what: 'badEvents' | 'events') => overTime('sum', recordedSlo(what), range);
  return divide(sum('badEvents'), where(sum('events'), '>', 0));
}

/** Events of a range, exactly: it samples the rates of a minute once a minute, so each event counts once. */
export function countOver(events: Series<'slo'>, range: RecordedRange): Query<'slo'> {
  const rates = overTime('sum', events, range, { every: EVENTS_RANGE });
  const { promql, labels } = times(rates, inSeconds(EVENTS_RANGE));
  return { promql: `round(${promql})`, labels };
}

/**
 * The error budget of which all readers show the same number: 1 = nothing is spent, 0 = all is spent, below 0 = the
 * objective is missed. Bad events over all events of 30 days, or of what there is of them. Rounded down to a tenth of a
 * percent, so that nobody reads a missed objective as 0. With too few events it is NaN, which Grafana shows in words.
 */
function budgetLeft(key: string, slo: Slo): Query<'slo'> {
  const events = recordedSlo('counted', key);
  const least = minEventsOf(slo);
  const left = rest(divide(recordedErrorRatio('30d', key), errorBudget(slo)));
  return or(
    and(inTenths(left), where(events, '>=', least)),
    times(where(events, '<', least), Number.NaN),
  );
}

/** Rounds down to a tenth of a percent. An error of a billionth, as floats have, does not count. */
function inTenths(query: Query<'slo'>): Query<'slo'> {
  return { promql: `floor(${times(query, 1000).promql} + 1e-06) / 1000`, labels: query.labels };
}

/** A recording rule without labels of its own. */
export function record(name: string, query: Query<string>): RecordingRule {
  return { record: name, expr: query.promql };
}
