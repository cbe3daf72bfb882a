import type { MetricDefinitions } from './metric.ts';

/** Logins, sessions and refused requests. */
export const IDENTITY_METRICS = {
  logins: {
    name: 'aio_logins_total',
    type: 'counter',
    help: 'Logins in the browser: they succeeded, the API refused them (`failed`), or the login service or Redis was unavailable.',
    unit: 'count',
    labels: { outcome: ['succeeded', 'failed', 'unavailable'] },
    exposedBy: 'api',
  },
  accessRefusals: {
    name: 'aio_access_refusals_total',
    type: 'counter',
    help: 'Requests that the API refused: without credentials, with an invalid token, with an expired session, without the required role, or possibly sent by a page of another site.',
    unit: 'count',
    labels: { reason: ['no_credentials', 'bad_token', 'session_over', 'role', 'cross_site'] },
    exposedBy: 'api',
  },
  tokenRequests: {
    name: 'aio_token_requests_total',
    type: 'counter',
    help: 'Requests with a token, also with an invalid one.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
  loginServiceErrors: {
    name: 'aio_login_service_errors_total',
    type: 'counter',
    help: 'Failed requests of the API to the login service: for its metadata, for tokens in exchange for a code (`token`), or for its public keys.',
    unit: 'count',
    labels: { request: ['metadata', 'token', 'keys'] },
    exposedBy: 'api',
  },
  sessionErrors: {
    name: 'aio_session_errors_total',
    type: 'counter',
    help: 'Requests that got 503 because Redis did not answer for a browser session or a login in progress.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
