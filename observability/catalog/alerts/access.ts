import { type Alert } from './alert.ts';
import { COUNT, SHARE } from '@aio/slo/alert';
import { increase, sum, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import { shareNow } from './share-now.ts';

/** Requests that the API refuses, and calls that workers refuse. */
export function accessAlerts(): readonly Alert[] {
  const range = '5m';
  return [
    {
      name: 'RequestsRateLimited',
      severity: 'ticket',
      summary: `${COUNT} requests in 5 minutes exceeded the {{ $labels.policy }} limit`,
      description:
        'A client sends more requests than its quota allows, or has too many large requests or ' +
        'event streams in progress, and the API refuses them with 429 or 503. The client ignores ' +
        'Retry-After, the requests are an attack, or the limit is too small for normal use.',
      query: where(sum(increase(select('rateLimited'), range), ['policy']), '>', 100),
      for: '2m',
      panel: { dashboardUid: 'aio-api', title: 'Above a limit' },
    },
    {
      name: 'TokensRefused',
      severity: 'page',
      summary: `The API refuses ${SHARE} of the requests with a token (401)`,
      description:
        'The API accepts fewer than half of the tokens that programs send. It has not read the keys with which the login ' +
        'service signs now, the clocks differ, or one client repeats an expired token.',
      whyNow: 'Programs cannot use AIO: what they submit is lost unless they repeat it.',
      query: shareNow(
        { bad: select('accessRefusals', { reason: 'bad_token' }), all: select('tokenRequests') },
        { above: 0.5, minBad: 100 },
      ),
      for: '1m',
      panel: { dashboardUid: 'aio-api', title: 'Refused by reason' },
    },
    {
      name: 'StepAddressesRefused',
      severity: 'ticket',
      summary: `Workers refused ${COUNT} calls of http steps to {{ $labels.range }} addresses in 15 minutes`,
      description:
        'An http step called an address that is not on the public internet, and failed. Either ' +
        'HTTP_STEP_ALLOW_HOSTS lacks a server that you mean to reach, or a workflow probes your ' +
        'network.',
      query: where(sum(increase(select('addressesRefused'), '15m'), ['range']), '>', 0),
      for: '0s',
      panel: { dashboardUid: 'aio-api', title: 'Addresses refused' },
    },
  ];
}
