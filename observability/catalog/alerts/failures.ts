import { type Alert } from './alert.ts';
import { SHARE } from '@aio/slo/alert';
import { AFTERMATH } from './aftermath.ts';
import { databaseAway } from './dependencies.ts';
import { and, divide, sum, times, unless, where } from '@aio/slo/promql';
import { recordedSlo } from '@aio/slo/slo-series';
import { select } from '../metrics/select.ts';
import { shareNow } from './share-now.ts';
import type { SloKey } from '../objectives/slos.ts';
import { inSeconds } from '@aio/slo/duration';

/** In a minute. Fewer events prove nothing. */
const MIN_EVENTS = 10;

/** More than half of all requests or runs fail: page before the budget of 30 days shows it. And workflows that fail alone. */
export function failureAlerts(): readonly Alert[] {
  return [
    {
      name: 'RequestsFailing',
      severity: 'page',
      summary: `${SHARE} of all requests fail (5xx)`,
      description:
        'Clients got a server error for more than half of the requests of the last minute. ' +
        'Submissions are lost unless clients repeat them.',
      whyNow: 'Most of what users do fails now.',
      ...mostlyBad('apiAvailability'),
      panel: { dashboardUid: 'aio-api', title: 'Server errors by route' },
    },
    {
      name: 'RunsFailing',
      severity: 'page',
      summary: `${SHARE} of all runs fail`,
      description:
        'More than half of the runs that ended in the last minute failed; cancelled and rejected ' +
        'runs do not count. A frequent workflow has a bad version, or a service that most workflows call is ' +
        'down.',
      whyNow: 'Most work is lost, and its cost with it, until the cause ends.',
      ...mostlyBad('runSuccess'),
      examples: '/runs?status=failed',
      panel: { dashboardUid: 'aio-runs', title: 'Failed by workflow' },
    },
    {
      name: 'WorkflowFailing',
      severity: 'ticket',
      summary: `${SHARE} of the runs of {{ $labels.workflow }} fail`,
      description:
        'More than a fifth of the runs of one workflow fail; cancelled and rejected runs do not count. Its last version, the data that it ' +
        'gets, or a service that only it calls is wrong. Other workflows are not affected.',
      query: shareNow(
        {
          bad: select('workflowRunsEnded', { outcome: 'failed' }),
          all: select('workflowRunsEnded', { outcome: ['succeeded', 'failed'] }),
          by: ['workflow'],
        },
        { above: 0.2, minBad: 5 },
      ),
      for: '1m',
      panel: { dashboardUid: 'aio-runs', title: 'Failed by workflow' },
      examples: '/runs?status=failed&workflow={{ urlquery $labels.workflow }}',
    },
  ];
}

/** More than half of an objective's events in a minute. */
function mostlyBad(slo: SloKey): Pick<Alert, 'query' | 'for' | 'keepFiringFor'> {
  const all = sum(recordedSlo('events', slo));
  const enough = where(times(all, inSeconds('1m')), '>=', MIN_EVENTS);
  const most = and(where(divide(sum(recordedSlo('badEvents', slo)), all), '>', 0.5), enough);
  return {
    // DependencyDown pages for that. Once PostgreSQL answers, this alert speaks of any other cause.
    query: unless(most, databaseAway(), []),
    // Long enough to read that PostgreSQL is away.
    for: '15s',
    keepFiringFor: AFTERMATH,
  };
}
