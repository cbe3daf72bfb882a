import { type Alert } from './alert.ts';
import { COUNT } from '@aio/slo/alert';
import { increase, sum, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';

/** Steps that fail again and again. */
export function stepAlerts(): readonly Alert[] {
  return [
    {
      name: 'SecretsUnreadable',
      severity: 'ticket',
      summary: `Workers could not decrypt a secret for ${COUNT} attempts in 15 minutes`,
      description:
        'Steps fail before they call a service, and AIO does not retry them. The workers lack the ' +
        'key that encrypted the secret, or its row was changed.',
      query: where(
        sum(increase(select('stepFailures', { error_type: 'secret_unreadable' }), '15m')),
        '>',
        0,
      ),
      for: '0s',
      panel: { dashboardUid: 'aio-runs', title: 'Failures by type of error' },
    },
    {
      name: 'PoisonStep',
      severity: 'ticket',
      summary: `Poison steps failed permanently: ${COUNT}`,
      description:
        'Five workers died while they executed the same step. The last attempt ran alone in its ' +
        'worker. AIO failed the step so that it kills no more workers. Its run failed, or ' +
        'continues as onFailure says.',
      query: where(sum(increase(select('poisonSteps'), '15m')), '>', 0),
      for: '0s',
      panel: { dashboardUid: 'aio-queue-workers', title: 'Poison steps' },
    },
  ];
}
