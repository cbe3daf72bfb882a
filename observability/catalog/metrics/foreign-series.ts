import { EXPORTER_SERIES } from './exporter-series.ts';
import { LOAD_METRICS } from './load-metrics.ts';

/** Labels of all k6 series, and of its request series. */
const K6 = ['testid', 'scenario'] as const;
const K6_REQUEST = [...K6, 'route', 'traffic', 'status'] as const;
const { runDuration, runFailed, steps, queueTime, execution, journey, journeyFailed, login } =
  LOAD_METRICS;
/** Metrics of load tests, as k6 writes them. */
const LOAD = {
  runP50: `k6_${runDuration}_p50`,
  runP95: `k6_${runDuration}_p95`,
  runP99: `k6_${runDuration}_p99`,
  runFailed: `k6_${runFailed}_rate`,
  steps: `k6_${steps}_total`,
  queueTimeP99: `k6_${queueTime}_p99`,
  executionP95: `k6_${execution}_p95`,
  journeyP95: `k6_${journey}_p95`,
  journeyFailed: `k6_${journeyFailed}_rate`,
  loginP95: `k6_${login}_p95`,
} as const;

/** Series that boards and rules read but AIO does not expose, with their labels. */
export const FOREIGN_SERIES = {
  /** Prometheus, per target: 1 = the last scrape succeeded. */
  up: ['job', 'instance'],
  /** Prometheus, per target: samples in the last scrape. */
  scrape_samples_scraped: ['job', 'instance'],
  /** Prometheus, per pending or firing alert. */
  ALERTS: ['alertname', 'alertstate', 'severity'],
  /** Prometheus itself. */
  prometheus_rule_evaluation_failures_total: ['rule_group'],
  prometheus_notifications_errors_total: ['alertmanager'],
  /** k6, while it runs: busy virtual users. */
  k6_vus: ['testid'],
  /** k6, while it runs: all virtual users. */
  k6_vus_max: ['testid'],
  /** k6: iterations that started, and iterations that did not because all virtual users were busy. */
  k6_iterations_total: K6,
  k6_dropped_iterations_total: K6,
  /** k6: requests, and the share that failed since the load began. */
  k6_http_reqs_total: K6_REQUEST,
  k6_http_req_failed_rate: K6_REQUEST,
  /** k6, as all below: quantiles in seconds since the load began. */
  k6_http_req_duration_p95: K6_REQUEST,
  k6_http_req_duration_p99: K6_REQUEST,
  [LOAD.runP50]: K6,
  [LOAD.runP95]: K6,
  [LOAD.runP99]: K6,
  [LOAD.runFailed]: K6,
  [LOAD.steps]: K6,
  [LOAD.queueTimeP99]: [...K6, 'kind'],
  [LOAD.executionP95]: [...K6, 'kind'],
  /** k6: the browser check. */
  [LOAD.journeyP95]: K6,
  [LOAD.journeyFailed]: K6,
  [LOAD.loginP95]: K6,
  ...EXPORTER_SERIES,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ForeignName = keyof typeof FOREIGN_SERIES;
