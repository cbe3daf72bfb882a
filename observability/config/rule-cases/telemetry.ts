import { select, selectForeign } from '@aio/catalog/select';
import type { RuleCase } from './rule-case.ts';

const API = { job: 'api', instance: 'a' } as const;
const WORKER = { job: 'worker', instance: 'w' } as const;
const dropped = select('spansDropped', { reason: 'export_failed', ...API });
const droppedByWorker = select('spansDropped', { reason: 'export_failed', ...WORKER });
const undelivered = selectForeign('otelcol_exporter_send_failed_spans_total', {
  exporter: 'otlp_http/endpoint',
});
const unexported = select('logRecordsDropped', { reason: 'queue_full', ...API });
const unread = select('collectErrors', API);

export const TELEMETRY_CASES: readonly RuleCase[] = [
  {
    name: 'the collector is down',
    alert: 'SpansDropped',
    given: [
      [dropped, '0+60x60'],
      [droppedByWorker, '0+40x60'],
    ],
    at: '15m',
    fires: [
      {
        labels: { reason: 'export_failed' },
        summary: '500 spans were lost in 5 minutes: export_failed',
      },
    ],
  },
  {
    name: 'no span was lost for an hour',
    alert: 'SpansDropped',
    given: [[dropped, '60x90']],
    at: '60m',
    fires: [],
  },
  {
    name: "the collector's endpoint refuses a header",
    alert: 'CollectorDropsSpans',
    given: [[undelivered, '0+30x60']],
    at: '15m',
    fires: [
      {
        labels: { exporter: 'otlp_http/endpoint' },
        summary: 'The collector lost 150 spans in 5 minutes: otlp_http/endpoint failed',
      },
    ],
  },
  {
    name: "all losses of the collector are before Prometheus' first look",
    alert: 'CollectorDropsSpans',
    given: [[undelivered, '_x9 30x60']],
    at: '13m',
    fires: [
      {
        labels: { exporter: 'otlp_http/endpoint' },
        summary: 'The collector lost 30 spans in 5 minutes: otlp_http/endpoint failed',
      },
    ],
  },
  {
    name: 'the collector has sent all spans for an hour',
    alert: 'CollectorDropsSpans',
    given: [[undelivered, '30x90']],
    at: '60m',
    fires: [],
  },
  {
    name: 'processes write more than the log store accepts',
    alert: 'LogRecordsDropped',
    given: [[unexported, '0+20x60']],
    at: '15m',
    fires: [
      {
        labels: { reason: 'queue_full' },
        summary: '100 log records were not exported in 5 minutes: queue_full',
      },
    ],
  },
  {
    name: 'no record was lost for an hour',
    alert: 'LogRecordsDropped',
    given: [[unexported, '20x90']],
    at: '60m',
    fires: [],
  },
  {
    name: 'gauge reads fail',
    alert: 'GaugesUnread',
    given: [[unread, '0+4x60']],
    at: '20m',
    fires: [
      {
        labels: { job: 'api' },
        summary: 'api could not read gauges 20 times in 5 minutes',
      },
    ],
  },
  {
    name: 'one gauge read failed',
    alert: 'GaugesUnread',
    given: [[unread, '0x9 1x60']],
    at: '12m',
    fires: [],
  },
  {
    name: 'always',
    alert: 'Watchdog',
    given: [],
    at: '0s',
    fires: [{ summary: 'Alerting works (the value is always 1)' }],
  },
];
