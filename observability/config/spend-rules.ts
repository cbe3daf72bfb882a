import { divide, rate, sum, times, where } from '@aio/slo/promql';
import { type Query, type Series } from '@aio/slo/query';
import { select } from '@aio/catalog/metrics/select';
import { MIN_RUNS } from '@aio/catalog/objectives/spend-limits';
import {
  recordedSpend,
  SPEND_SERIES,
  type SpendKey,
  spentIn,
} from '@aio/catalog/objectives/spend-series';
import { type Duration, inSeconds } from '@aio/slo/duration';
import type { RecordingRule, RuleGroup } from '@aio/slo/rule-group';

/** Records cost and ended runs once a minute, so that days are sums of few samples. */
export function spendRules(): RuleGroup {
  const interval = '1m';
  const perMinute = <L extends string>(series: Series<L>) =>
    times(rate(series, '5m'), inSeconds(interval));
  const cost = perMinute(select('llmCost'));
  const ended = perMinute(
    select('workflowRunsEnded', { outcome: ['succeeded', 'failed', 'rejected'] }),
  );
  const perRun = (range: Duration) => {
    const runs = sum(spentIn(recordedSpend('runsEnded'), range), ['workflow']);
    const spent = spentIn(recordedSpend('byWorkflow'), range);
    return divide(spent, where(runs, '>=', MIN_RUNS));
  };
  return {
    name: 'spend',
    interval,
    rules: [
      record('byWorkflow', sum(cost, ['workflow'])),
      record('byModel', sum(cost, ['workflow', 'provider', 'model'])),
      record('byOwner', sum(perMinute(select('ownerLlmCost')), ['owner'])),
      record('runsEnded', sum(ended, ['workflow', 'outcome'])),
      record('perRun', perRun('1h')),
      record('perRunOfWeek', perRun('7d')),
    ],
  };
}

function record(key: SpendKey, query: Query<string>): RecordingRule {
  return { record: SPEND_SERIES[key], expr: query.promql };
}
