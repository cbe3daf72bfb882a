import { LOAD_METRICS } from './load-metrics.ts';

/** Labels of all k6 series, and of its request series. */
const K6 = ['testid', 'scenario'] as const;
const K6_REQUEST = [...K6, 'route', 'traffic', 'status'] as const;
const { runDuration, runFailed, steps } = LOAD_METRICS;
/** Metrics of load tests, as k6 writes them. */
const LOAD = {
  runP50: `k6_${runDuration}_p50`,
  runP95: `k6_${runDuration}_p95`,
  runP99: `k6_${runDuration}_p99`,
  runFailed: `k6_${runFailed}_rate`,
  steps: `k6_${steps}_total`,
} as const;

/** HAProxy itself. Compose has it. */
export const PROXY_SERIES = {
  haproxy_server_http_responses_total: ['proxy', 'server', 'code'],
  haproxy_backend_http_responses_total: ['proxy', 'code'],
  haproxy_frontend_http_responses_total: ['proxy', 'code'],
  haproxy_backend_retry_warnings_total: ['proxy'],
  haproxy_backend_redispatch_warnings_total: ['proxy'],
  haproxy_backend_response_errors_total: ['proxy'],
  haproxy_backend_connection_errors_total: ['proxy'],
} as const;

/** Series that boards and rules read but AIO does not expose, with their labels. */
export const FOREIGN_SERIES = {
  /** Prometheus, per target: 1 = the last scrape succeeded. */
  up: ['job', 'instance'],
  /** Prometheus, per target: samples in the last scrape. */
  scrape_samples_scraped: ['job', 'instance'],
  /** Prometheus, per pending or firing alert. */
  ALERTS: ['alertname', 'alertstate', 'severity'],
  /** k6, while it runs: all virtual users. */
  k6_vus_max: ['testid'],
  /** k6: iterations that started, and iterations that did not because all virtual users were busy. */
  k6_iterations_total: K6,
  k6_dropped_iterations_total: K6,
  /** k6: the share of requests that failed since the load began. */
  k6_http_req_failed_rate: K6_REQUEST,
  /** k6, as all below: quantiles in seconds since the load began. */
  [LOAD.runP50]: K6,
  [LOAD.runP95]: K6,
  [LOAD.runP99]: K6,
  [LOAD.runFailed]: K6,
  [LOAD.steps]: K6,
  /** The OpenTelemetry collector itself. */
  otelcol_exporter_send_failed_spans_total: ['exporter'],
  ...PROXY_SERIES,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ForeignName = keyof typeof FOREIGN_SERIES;
