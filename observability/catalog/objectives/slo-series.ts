/** Names and selectors of the recorded series of the objectives. */
import { RECORDED_RANGES, type RecordedRange } from './burn-rates.ts';
import type { Series } from '../promql.ts';
import { PROXY_ERRORS_NAME } from '../proxy-errors.ts';
import { SLOS, SLO_KEYS, type SloKey } from './slos.ts';

/** One series per objective; the label `slo` names it. */
export const SLO_SERIES = {
  badEvents: 'slo:bad_events:rate1m',
  events: 'slo:events:rate1m',
  objective: 'slo:objective:ratio',
  budgetLeft: 'slo:error_budget_left:ratio',
} as const;

/** Name of the recorded share of bad events in a range. */
export function errorRatioName(range: RecordedRange): string {
  return `slo:error_ratio:rate${range}`;
}

/** Share of bad events, of one objective or, without `slo`, of all. */
export function recordedErrorRatio(range: RecordedRange, slo?: SloKey): Series<'slo'> {
  return recorded(errorRatioName(range), slo);
}

/** `events` or `badEvents` per second, the `objective`, or the share of the 30 days' error budget that is left. */
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

/** All names of the recording rules of objectives. */
export function recordedNames(): string[] {
  return [...Object.values(SLO_SERIES), PROXY_ERRORS_NAME, ...RECORDED_RANGES.map(errorRatioName)];
}

/** Input of a monthly report: the objectives, and selectors of their recorded series. */
export const REPORTED = {
  objectives: SLO_KEYS.map((key) => {
    const { title, description, objective } = SLOS[key];
    return { key, title, description, objective };
  }),
  events: recordedSlo('events').promql,
  badEvents: recordedSlo('badEvents').promql,
  always: recordedSlo('objective').promql,
  /** Interval at which Prometheus evaluates the rules. */
  stepSeconds: 15,
} as const;
