/**
 * What the recording rules record of money. Dollars and ended runs are those of a minute, recorded once a minute: what
 * they add up to in a range is what that range has cost, however many series, processes and restarts it saw.
 */
import { type Range, type Series, overTime, type Query } from './promql.ts';
import { type Matcher, recordedSelector } from './select.ts';

/** Their names, by what they say. */
export const SPEND_SERIES = {
  byWorkflow: 'workflow:llm_cost_usd:per_minute',
  byModel: 'model:llm_cost_usd:per_minute',
  byOwner: 'owner:llm_cost_usd:per_minute',
  /** All of it, by the month of the year (UTC) in which it was spent. */
  byMonth: 'month:llm_cost_usd:per_minute',
  runsEnded: 'workflow:runs_ended:per_minute',
  /** What a run has cost on average in the last hour, and in the last week; absent with too few runs. */
  perRun: 'workflow:llm_cost_per_run_usd:1h',
  perRunOfWeek: 'workflow:llm_cost_per_run_usd:7d',
} as const;

const LABELS = {
  byWorkflow: ['workflow'],
  byModel: ['provider', 'model'],
  byOwner: ['owner'],
  byMonth: ['month'],
  runsEnded: ['workflow', 'outcome'],
  perRun: ['workflow'],
  perRunOfWeek: ['workflow'],
} as const satisfies Record<SpendKey, readonly string[]>;

export type SpendKey = keyof typeof SPEND_SERIES;
export const SPEND_KEYS = Object.keys(SPEND_SERIES) as SpendKey[];
type LabelOf<K extends SpendKey> = (typeof LABELS)[K][number];

/** Selects what is recorded. */
export function recordedSpend<K extends SpendKey>(
  key: K,
  matchers: { readonly [L in LabelOf<K>]?: Matcher<string> } = {},
): Series<LabelOf<K>> {
  const labels: readonly string[] = LABELS[key];
  return recordedSelector(SPEND_SERIES[key], labels as readonly LabelOf<K>[], matchers);
}

/** Dollars, or runs, of a whole range up to each moment. */
export function spentIn<L extends string>(series: Series<L>, range: Range): Query<L> {
  return overTime('sum', series, range);
}

/** The labels that what is recorded under a name has. */
export function labelsOfSpend(key: SpendKey): readonly string[] {
  return LABELS[key];
}
