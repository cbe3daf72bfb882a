import type { Alert } from './alert.ts';
import { ago, and, divide, where } from '@aio/slo/promql';
import { recordedSpend, spentIn } from '../objectives/spend-series.ts';
import { FLOOR_USD_PER_HOUR } from '../objectives/spend-limits.ts';
import { inSeconds } from '@aio/slo/duration';

/** Workflows that became more expensive. */
export function costAlerts(): readonly Alert[] {
  const hour = '1h';
  const week = ago(recordedSpend('perRunOfWeek'), hour);
  const floor = (FLOOR_USD_PER_HOUR * inSeconds(hour)) / inSeconds('1h');
  return [
    {
      name: 'WorkflowCostDoubled',
      severity: 'ticket',
      summary:
        'A run of {{ $labels.workflow }} costs {{ printf "%.1f" $value }} times as much as in the week before',
      description:
        'In the last hour, each run of this workflow cost more than twice as much as in the seven days before, ' +
        `and all its runs together at least $${FLOOR_USD_PER_HOUR}. Look for another model, longer prompts or answers, more ` +
        'calls, or failed attempts that cost money. Only the budget suffers.',
      query: and(
        where(divide(recordedSpend('perRun'), week), '>', 2),
        where(spentIn(recordedSpend('byWorkflow'), hour), '>=', floor),
      ),
      for: '10m',
      panel: { dashboardUid: 'aio-cost', title: 'Cost per run' },
    },
  ];
}
