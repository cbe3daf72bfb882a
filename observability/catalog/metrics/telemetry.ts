import type { MetricDefinitions } from '../metric.ts';

/** What observing costs, and what it loses. */
export const TELEMETRY_METRICS = {
  spansExported: {
    name: 'aio_telemetry_spans_exported_total',
    type: 'counter',
    help: 'Spans that the collector accepted.',
    unit: 'count',
    labels: {},
    exposedBy: 'both',
  },
  spansDropped: {
    name: 'aio_telemetry_spans_dropped_total',
    type: 'counter',
    help: 'Sampled spans that are lost: the queue was full, or their export failed.',
    unit: 'count',
    labels: { reason: ['queue_full', 'export_failed'] },
    exposedBy: 'both',
  },
  exportErrors: {
    name: 'aio_telemetry_export_errors_total',
    type: 'counter',
    help: 'Batches of spans that could not be delivered.',
    unit: 'count',
    labels: {},
    exposedBy: 'both',
  },
  scrapeDuration: {
    name: 'aio_telemetry_scrape_duration_seconds',
    type: 'histogram',
    help: 'Time it took to collect and write the answer to a scrape.',
    unit: 'seconds',
    labels: {},
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    exemplars: false,
    exposedBy: 'both',
  },
  collectErrors: {
    name: 'aio_telemetry_collect_errors_total',
    type: 'counter',
    help: 'Readings of gauges that failed or took too long: their series are absent meanwhile.',
    unit: 'count',
    labels: {},
    exposedBy: 'both',
  },
  buildInfo: {
    name: 'aio_build_info',
    type: 'gauge',
    help: 'Always 1; the labels say which build of which version the process runs.',
    unit: 'count',
    labels: { version: { upTo: 1 }, revision: { upTo: 1 } },
    exposedBy: 'both',
  },
} as const satisfies MetricDefinitions;
