import { HTTP_METHODS, RATE_LIMIT_POLICIES } from '../labels.ts';
import type { MetricDefinitions } from '../metric.ts';

export const HTTP_METRICS = {
  httpRequestDuration: {
    name: 'aio_http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from a request to the end of its response; event streams are left out.',
    unit: 'seconds',
    labels: {
      method: HTTP_METHODS,
      /** The route's pattern, `unmatched` when there is none; never the raw path. */
      route: { upTo: 100 },
      status: { upTo: 60 },
    },
    // Those of the convention, and more around the objective of 250 ms.
    buckets: [
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.18, 0.21, 0.25, 0.31, 0.38, 0.45, 0.5,
      0.75, 1, 2.5, 5, 7.5, 10,
    ],
    exemplars: true,
    exposedBy: 'api',
  },
  httpRequestsInFlight: {
    name: 'aio_http_requests_in_flight',
    type: 'gauge',
    help: 'Requests being answered now; event streams are left out.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
  httpEventStreams: {
    name: 'aio_http_event_streams',
    type: 'gauge',
    help: 'Open server-sent event streams: of one run, or of the list of runs.',
    unit: 'count',
    labels: { stream: ['run', 'runs'] },
    exposedBy: 'api',
  },
  certificateExpiry: {
    name: 'aio_certificate_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'When the certificate of an https URL of ours expires, in seconds since 1970: that of AIO itself, that of the login service. Absent for plain http.',
    unit: 'seconds',
    labels: { endpoint: ['public', 'login_service'] },
    exposedBy: 'api',
  },
  rateLimited: {
    name: 'aio_http_rate_limited_total',
    type: 'counter',
    help: 'Requests refused with 429, by the limit that they were above.',
    unit: 'count',
    labels: { policy: RATE_LIMIT_POLICIES },
    exposedBy: 'api',
  },
  rateLimitUnshared: {
    name: 'aio_http_rate_limit_unshared_total',
    type: 'counter',
    help: 'Requests let pass by what one replica knew alone, since Redis was away.',
    unit: 'count',
    labels: { policy: RATE_LIMIT_POLICIES },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
