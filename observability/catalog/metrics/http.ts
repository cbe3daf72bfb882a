import { AT_ONCE_LIMITS, HTTP_METHODS, RATE_LIMIT_POLICIES, STATUS_CLASSES } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

export const HTTP_METRICS = {
  httpRequestDuration: {
    name: 'aio_http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from a request to the end of its response, without event streams.',
    unit: 'seconds',
    labels: {
      method: HTTP_METHODS,
      /** Pattern of the route or `unmatched`, never the raw path. */
      route: { upTo: 100 },
      status: { upTo: 60 },
    },
    upTo: 140,
    // OpenTelemetry's recommended buckets, and more around the objective of 250 ms.
    buckets: [
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.18, 0.21, 0.25, 0.31, 0.38, 0.45, 0.5,
      0.75, 1, 2.5, 5, 7.5, 10,
    ],
    exemplars: true,
    exposedBy: 'api',
  },
  httpResponses: {
    name: 'aio_http_response_seconds',
    type: 'histogram',
    help: 'Time from a request to the end of its response, without probes and event streams. Objectives count from these series, which exist from the start of the process.',
    unit: 'seconds',
    labels: { status: STATUS_CLASSES },
    // The bound of the objective. `aio_http_request_duration_seconds` has more.
    buckets: [0.25],
    exemplars: false,
    exposedBy: 'api',
  },
  httpRequestsInFlight: {
    name: 'aio_http_requests_in_flight',
    type: 'gauge',
    help: 'Requests in progress, without event streams.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
  httpEventStreams: {
    name: 'aio_http_event_streams',
    type: 'gauge',
    help: 'Open event streams (SSE) of runs.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
  httpConnectionsDropped: {
    name: 'aio_http_connections_dropped_total',
    type: 'counter',
    help: 'Connections that the API closed unread, because it had as many as its file descriptors allow.',
    unit: 'count',
    labels: {},
    exposedBy: 'api',
  },
  rateLimited: {
    name: 'aio_http_rate_limited_total',
    type: 'counter',
    help: 'Requests refused by a limit: 429, or 503 if all callers together reached it.',
    unit: 'count',
    labels: { policy: [...RATE_LIMIT_POLICIES, ...AT_ONCE_LIMITS] },
    exposedBy: 'api',
  },
  rateLimitUnshared: {
    name: 'aio_http_rate_limit_unshared_total',
    type: 'counter',
    help: 'Requests that one replica counted alone, because it could not reach Redis.',
    unit: 'count',
    labels: { policy: RATE_LIMIT_POLICIES },
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
