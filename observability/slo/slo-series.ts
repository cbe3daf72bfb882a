/** Names and selectors of the recorded series of the objectives. */
import { RECORDED_RANGES, type RecordedRange } from './burn-rates.ts';
import type { Series } from './query.ts';
import { seriesOf } from './series.ts';

/** One series per objective; the label `slo` names it. */
export const SLO_SERIES = {
  badEvents: 'slo:bad_events:rate1m',
  events: 'slo:events:rate1m',
  objective: 'slo:objective:ratio',
  /** Events of the 30 days of the budget, or of what there is of them. */
  counted: 'slo:events:count30d',
  budgetLeft: 'slo:error_budget_left:ratio',
} as const;

/** Name of the recorded share of bad events in a range. */
export function errorRatioName(range: RecordedRange): string {
  return `slo:error_ratio:rate${range}`;
}

/** Share of bad events, of one objective or, without `slo`, of all. */
export function recordedErrorRatio(range: RecordedRange, slo?: string): Series<'slo'> {
  return recorded(errorRatioName(range), slo);
}

/**
 * `events` or `badEvents` per second, the `objective`, events `counted` in 30 days, or the share of their error budget that
 * is left: a multiple of 0.001, below 0 if it is overspent, NaN with too few events to say.
 */
export function recordedSlo(what: keyof typeof SLO_SERIES, slo?: string): Series<'slo'> {
  return recorded(SLO_SERIES[what], slo);
}

function recorded(name: string, slo?: string): Series<'slo'> {
  return seriesOf(name, ['slo'], slo === undefined ? {} : { slo });
}

/** All names of the recording rules of objectives. */
export function recordedNames(): string[] {
  return [...Object.values(SLO_SERIES), ...RECORDED_RANGES.map(errorRatioName)];
}
