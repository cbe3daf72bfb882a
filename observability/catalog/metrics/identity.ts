import type { MetricDefinitions } from '../metric.ts';

/** Who gets in and who does not. */
export const IDENTITY_METRICS = {
  logins: {
    name: 'aio_logins_total',
    type: 'counter',
    help: 'Logins of people: that succeeded, that were refused, that the login service or Redis was not there for.',
    unit: 'count',
    labels: { outcome: ['succeeded', 'failed', 'unavailable'] },
    exposedBy: 'api',
  },
  accessRefusals: {
    name: 'aio_access_refusals_total',
    type: 'counter',
    help: 'Requests that the policy did not let pass: nothing shown, a bad token, a session that is over, the wrong role, perhaps a page of somebody else.',
    unit: 'count',
    labels: { reason: ['no_credentials', 'bad_token', 'session_over', 'role', 'cross_site'] },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
