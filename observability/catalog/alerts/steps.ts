import { type Alert } from './alert.ts';
import { COUNT, SHARE } from '@aio/slo/alert';
import { increase, sum, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import { shareNow } from './share-now.ts';
import type { TimeScale } from '@aio/slo/time-scale';

/** Steps that fail again and again. */
export function stepAlerts(time: TimeScale): readonly Alert[] {
  return [
    {
      name: 'RetryStorm',
      severity: 'ticket',
      summary: `${SHARE} of {{ $labels.kind }} attempts fail and are retried`,
      description:
        'More than half of all attempts of one step kind failed and are retried. Work multiplies, ' +
        'and the called service gets several times its load while it is in trouble.',
      query: shareNow(
        { bad: select('stepRetries'), all: select('stepAttempts'), by: ['kind'] },
        { above: 0.5, minBad: 30 },
        time,
      ),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-steps', title: 'Retries' },
    },
    {
      name: 'SecretsUnreadable',
      severity: 'ticket',
      summary: `Workers could not decrypt a secret for ${COUNT} attempts in 15 minutes`,
      description:
        'Steps fail before they call a service, and AIO does not retry them. The workers lack the ' +
        'key that encrypted the secret, or its row was changed.',
      query: where(
        sum(
          increase(select('stepFailures', { error_type: 'secret_unreadable' }), time.range('15m')),
        ),
        '>',
        0,
      ),
      for: '0s',
      panel: { dashboardUid: 'aio-steps', title: 'Failures by type of error' },
    },
    {
      name: 'PoisonStep',
      severity: 'ticket',
      summary: `Poison steps failed permanently: ${COUNT}`,
      description:
        'Five workers died while they executed the same step. The last attempt ran alone in its ' +
        'worker. AIO failed the step so that it kills no more workers. Its run failed, or ' +
        'continues as onFailure says.',
      query: where(sum(increase(select('poisonSteps'), time.range('15m'))), '>', 0),
      for: '0s',
      panel: { dashboardUid: 'aio-queue-workers', title: 'Poison steps' },
    },
  ];
}
