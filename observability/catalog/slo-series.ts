/** Names of what the recording rules record of the objectives, and selectors of it. */
import { RECORDED_RANGES, type RecordedRange } from './burn-rates.ts';
import type { Series } from './promql.ts';
import { SLOS, SLO_KEYS, type SloKey } from './slos.ts';

/** One series an objective, told apart by the label `slo`. */
export const SLO_SERIES = {
  badEvents: 'slo:bad_events:rate1m',
  events: 'slo:events:rate1m',
  objective: 'slo:objective:ratio',
  budgetLeft: 'slo:error_budget_left:ratio',
} as const;

/** The share of bad events in a range, as it is recorded. */
export function errorRatioName(range: RecordedRange): string {
  return `slo:error_ratio:rate${range}`;
}

/** Share of bad events; of all objectives without `slo`. */
export function recordedErrorRatio(range: RecordedRange, slo?: SloKey): Series<'slo'> {
  return recorded(errorRatioName(range), slo);
}

/** `events` and `badEvents` a second, the `objective`, or the share of the 30 days' error `budgetLeft`. */
export function recordedSlo(what: keyof typeof SLO_SERIES, slo?: SloKey): Series<'slo'> {
  return recorded(SLO_SERIES[what], slo);
}

function recorded(name: string, slo?: SloKey): Series<'slo'> {
  if (slo !== undefined && !(slo in SLOS)) throw new Error(`the catalogue has no objective ${slo}`);
  return {
    promql: slo === undefined ? name : `${name}{slo="${slo}"}`,
    labels: ['slo'],
    isSeries: true,
  };
}

/** Every name that the recording rules write. */
export function recordedNames(): string[] {
  return [...Object.values(SLO_SERIES), ...RECORDED_RANGES.map(errorRatioName)];
}

/** What a report of a month is made of: the objectives, and selectors of what is recorded of all of them. */
export const REPORTED = {
  objectives: SLO_KEYS.map((key) => {
    const { title, description, objective } = SLOS[key];
    return { key, title, description, objective };
  }),
  events: recordedSlo('events').promql,
  badEvents: recordedSlo('badEvents').promql,
  always: recordedSlo('objective').promql,
  /** As often as Prometheus evaluates the rules. */
  stepSeconds: 15,
} as const;
