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
  loginServiceErrors: {
    name: 'aio_login_service_errors_total',
    type: 'counter',
    help: 'Requests of the API to the login service that it did not answer as it should: where its pages are (metadata), a code for tokens (token), its public keys (keys).',
    unit: 'count',
    labels: { request: ['metadata', 'token', 'keys'] },
    exposedBy: 'api',
  },
  sessionErrors: {
    name: 'aio_session_errors_total',
    type: 'counter',
    help: 'Times that Redis did not answer for a browser session or a login under way: the request gets 503.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
