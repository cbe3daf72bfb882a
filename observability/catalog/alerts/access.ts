import { type Alert, COUNT, SHARE } from '../alert.ts';
import { and, divide, increase, sum, where } from '../promql.ts';
import { countOf, select } from '../select.ts';
import { REQUESTS } from '../slos.ts';
import type { TimeScale } from '../time-scale.ts';

/** Who is kept out: of the API, and of what is behind the workers. */
export function accessAlerts(time: TimeScale): readonly Alert[] {
  const range = time.range('5m');
  const refused = sum(
    increase(countOf('httpRequestDuration', { ...REQUESTS, status: ['401', '403'] }), range),
  );
  const requests = sum(increase(countOf('httpRequestDuration', REQUESTS), range));
  return [
    {
      name: 'RequestsRateLimited',
      severity: 'ticket',
      summary: `${COUNT} requests were above the limit {{ $labels.policy }} in 5 minutes`,
      description:
        'A client sends more than its quota and is refused with 429: one that does not heed Retry-After, ' +
        'an attack, or a quota that is too small for what people do.',
      query: where(sum(increase(select('rateLimited'), range), ['policy']), '>', time.events(100)),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-api', title: 'Above a limit' },
    },
    {
      name: 'RateLimitsUnshared',
      severity: 'ticket',
      summary: `${COUNT} requests in 5 minutes were counted by one replica of the API alone`,
      description:
        'Replicas do not reach Redis, by which they count together: each goes by what it sees itself, so ' +
        'that who asks all of them gets as many quotas. Nobody is refused for it.',
      query: where(sum(increase(select('rateLimitUnshared'), range)), '>', 0),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-api', title: 'Counted without Redis' },
    },
    {
      name: 'RequestsRefused',
      severity: 'ticket',
      summary: `${SHARE} of all requests are refused (401, 403)`,
      description:
        'More than a fifth of all requests come from somebody who is not signed in or may not do what ' +
        'they ask for: somebody tries doors, or a client has lost its login or its role.',
      query: and(
        where(divide(refused, requests), '>', 0.2),
        where(refused, '>=', time.events(100)),
      ),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-api', title: 'Refused' },
    },
    {
      name: 'StepAddressesRefused',
      severity: 'ticket',
      summary: `${COUNT} calls of http steps to {{ $labels.range }} addresses were refused in 15 minutes`,
      description:
        'A workflow wants to reach what is not on the public internet: a host that HTTP_STEP_ALLOW_HOSTS ' +
        'should hold, or somebody who explores the network through the workers. The steps have failed.',
      query: where(sum(increase(select('addressesRefused'), time.range('15m')), ['range']), '>', 0),
      for: '0s',
      panel: { dashboardUid: 'aio-steps', title: 'Addresses refused' },
    },
  ];
}
