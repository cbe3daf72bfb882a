import type { Alert } from '../alert.ts';
import { ago, and, divide, where } from '../promql.ts';
import { recordedSpend, spentIn } from '../spend-series.ts';
import { FLOOR_USD_PER_HOUR, PRICED_APART } from '../spend-limits.ts';
import { inSeconds, type TimeScale } from '../time-scale.ts';

/** Money that goes faster than it did. */
export function costAlerts(time: TimeScale): readonly Alert[] {
  const hour = time.range('1h');
  const week = ago(recordedSpend('perRunOfWeek', PRICED_APART), hour);
  const floor = (FLOOR_USD_PER_HOUR * inSeconds(hour)) / inSeconds('1h');
  return [
    {
      name: 'WorkflowCostDoubled',
      severity: 'ticket',
      summary:
        'A run of {{ $labels.workflow }} costs {{ printf "%.1f" $value }} times what it cost in the week before',
      description:
        'In the last hour the runs of one workflow cost more than twice as much each as in the seven days before ' +
        `it, and together at least $${FLOOR_USD_PER_HOUR}: another model, longer prompts or answers, more calls, or ` +
        'attempts that fail and are paid for all the same. Nobody is hurt but the budget.',
      query: and(
        where(divide(recordedSpend('perRun', PRICED_APART), week), '>', 2),
        where(spentIn(recordedSpend('byWorkflow', PRICED_APART), hour), '>=', floor),
      ),
      for: time.hold('10m'),
      panel: { dashboardUid: 'aio-cost', title: 'Cost per run' },
    },
  ];
}
