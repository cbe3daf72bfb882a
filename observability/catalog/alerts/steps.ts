import { type Alert, COUNT, SHARE } from '../alert.ts';
import { and, divide, increase, sum, where } from '../promql.ts';
import { select } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/** Work that is done over and over. */
export function stepAlerts(time: TimeScale): readonly Alert[] {
  const range = time.range('5m');
  const retries = sum(increase(select('stepRetries'), range), ['kind']);
  const attempts = sum(increase(select('stepAttempts'), range), ['kind']);
  return [
    {
      name: 'RetryStorm',
      severity: 'ticket',
      summary: `${SHARE} of {{ $labels.kind }} attempts are tried again`,
      description:
        'More than half of all attempts of one kind of step failed and are scheduled again: work ' +
        'multiplies, and what the steps call gets several times the load while it is in trouble.',
      query: and(
        where(divide(retries, attempts), '>', 0.5),
        where(retries, '>=', time.events(30)),
        ['kind'],
      ),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-steps', title: 'Retries' },
    },
    {
      name: 'SecretsUnreadable',
      severity: 'ticket',
      summary: `${COUNT} attempts in 15 minutes named a secret that could not be decrypted`,
      description:
        'Steps fail before they call anybody, and are not tried again: workers do not have the key under ' +
        'which the secret was encrypted, or its row is not as it was written.',
      query: where(
        sum(
          increase(select('stepFailures', { error_type: 'secret_unreadable' }), time.range('15m')),
        ),
        '>',
        0,
      ),
      for: '0s',
      panel: { dashboardUid: 'aio-steps', title: 'Secrets not decrypted' },
    },
    {
      name: 'PoisonStep',
      severity: 'ticket',
      summary: `${COUNT} steps were failed for good since workers died with them`,
      description:
        'A step was running each time a worker died, five times over and at last alone. It is failed so ' +
        'that it takes no more workers down; its run has failed, or goes on by its onFailure.',
      query: where(sum(increase(select('poisonSteps'), time.range('15m'))), '>', 0),
      for: '0s',
      panel: { dashboardUid: 'aio-queue-workers', title: 'Poison steps' },
    },
  ];
}
