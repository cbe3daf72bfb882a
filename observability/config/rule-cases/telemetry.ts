import type { LabelWithPlaces } from '@aio/catalog/metrics/labels';
import { select, selectForeign } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const API = { job: 'api', instance: 'a' } as const;
const WORKER = { job: 'worker', instance: 'w' } as const;
const dropped = select('spansDropped', { reason: 'export_failed', ...API });
const timedOut = select('spansDropped', { reason: 'timeout', ...API });
const droppedByWorker = select('spansDropped', { reason: 'export_failed', ...WORKER });
const undelivered = selectForeign('otelcol_exporter_send_failed_spans_total', {
  exporter: 'otlp_http/endpoint',
});
const unexported = select('logRecordsDropped', { reason: 'queue_full', ...API });
const unread = select('collectErrors', API);

const placesFull = (label: LabelWithPlaces) => select('labelPlacesFull', { label, ...WORKER });

export const TELEMETRY_CASES: readonly RuleCase[] = [
  ...casesOf('SpansDropped', [
    fires(
      'the collector is down',
      '15m',
      [
        [dropped, '0+60x60'],
        [droppedByWorker, '0+40x60'],
      ],
      {
        labels: { reason: 'export_failed' },
        summary: '500 spans were lost in 5 minutes: export_failed',
      },
    ),
    fires('the collector answers too late', '15m', [[timedOut, '0+60x60']], {
      labels: { reason: 'timeout' },
      summary: '300 spans got no answer in 5 minutes; the receiver may have them',
    }),
    quiet('no span was lost for an hour', '60m', [[dropped, '60x90']]),
  ]),
  ...casesOf('CollectorDropsSpans', [
    fires("the collector's endpoint refuses a header", '15m', [[undelivered, '0+30x60']], {
      labels: { exporter: 'otlp_http/endpoint' },
      summary: 'The collector lost 150 spans in 5 minutes: otlp_http/endpoint failed',
    }),
    fires(
      "all losses of the collector are before Prometheus' first look",
      '13m',
      [[undelivered, '_x9 30x60']],
      {
        labels: { exporter: 'otlp_http/endpoint' },
        summary: 'The collector lost 30 spans in 5 minutes: otlp_http/endpoint failed',
      },
    ),
    quiet('the collector has sent all spans for an hour', '60m', [[undelivered, '30x90']]),
  ]),
  ...casesOf('LogRecordsDropped', [
    fires('processes write more than the log store accepts', '15m', [[unexported, '0+20x60']], {
      labels: { reason: 'queue_full' },
      summary: '100 log records were not exported in 5 minutes: queue_full',
    }),
    quiet('no record was lost for an hour', '60m', [[unexported, '20x90']]),
  ]),
  ...casesOf('GaugesUnread', [
    fires('gauge reads fail', '20m', [[unread, '0+4x60']], {
      labels: { job: 'api' },
      summary: 'api could not read gauges 20 times in 5 minutes',
    }),
    quiet('one gauge read failed', '12m', [[unread, '0x9 1x60']]),
    quiet('Redis was away, which has its own alert', '16m', [
      [unread, '0x9 20x60'],
      [select('dependencyUp', { dependency: 'redis', ...API }), '1x9 0 1x60'],
    ]),
  ]),
  ...casesOf('LabelPlacesFull', [
    fires(
      'more workflows run than have places',
      '20m',
      [
        [placesFull('workflow'), '0+2x60'],
        [placesFull('host'), '0x60'],
      ],
      {
        labels: { label: 'workflow' },
        summary: 'New names found no free place 30 times in 15 minutes: workflow',
      },
    ),
    quiet('all names have had places for an hour', '60m', [[placesFull('workflow'), '30x90']]),
  ]),
  ...casesOf('Watchdog', [
    fires('always', '0s', [], { summary: 'Alerting works (the value is always 1)' }),
  ]),
];
