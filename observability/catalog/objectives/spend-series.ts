/**
 * Recorded series of cost. They contain the dollars and ended runs of a minute, recorded once a minute, so that their sum
 * over a range is exact, whatever series, processes and restarts there were.
 */
import { overTime } from '@aio/slo/promql';
import { type Range, type Series, type Query } from '@aio/slo/query';
import { type Matcher, seriesOf } from '@aio/slo/series';

/** Names by content. All have a workflow or an owner, so that readers can be limited to their own. */
export const SPEND_SERIES = {
  byWorkflow: 'workflow:llm_cost_usd:per_minute',
  byModel: 'model:llm_cost_usd:per_minute',
  byOwner: 'owner:llm_cost_usd:per_minute',
  runsEnded: 'workflow:runs_ended:per_minute',
  /** Average cost of a run in the last hour, and in the last week; absent with too few runs. */
  perRun: 'workflow:llm_cost_per_run_usd:1h',
  perRunOfWeek: 'workflow:llm_cost_per_run_usd:7d',
} as const;

const LABELS = {
  byWorkflow: ['workflow'],
  byModel: ['workflow', 'provider', 'model'],
  byOwner: ['owner'],
  runsEnded: ['workflow', 'outcome'],
  perRun: ['workflow'],
  perRunOfWeek: ['workflow'],
} as const satisfies Record<SpendKey, readonly string[]>;

export type SpendKey = keyof typeof SPEND_SERIES;
export const SPEND_KEYS = Object.keys(SPEND_SERIES) as SpendKey[];
type LabelOf<K extends SpendKey> = (typeof LABELS)[K][number];

/** Selects a recorded series. */
export function recordedSpend<K extends SpendKey>(
  key: K,
  matchers: { readonly [L in LabelOf<K>]?: Matcher<string> } = {},
): Series<LabelOf<K>> {
  const labels: readonly string[] = LABELS[key];
  return seriesOf(SPEND_SERIES[key], labels as readonly LabelOf<K>[], matchers);
}

/** Dollars or runs of the range before each moment. */
export function spentIn<L extends string>(series: Series<L>, range: Range): Query<L> {
  return overTime('sum', series, range);
}

/** Labels of a recorded series. */
export function labelsOfSpend(key: SpendKey): readonly string[] {
  return LABELS[key];
}
