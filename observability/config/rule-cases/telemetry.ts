import type { LabelWithPlaces } from '@aio/catalog/metrics/labels';
import { select, selectForeign } from '@aio/catalog/metrics/select';
import { casesOf, fires, quiet, type RuleCase } from '@aio/slo/rule-case';

const API = { job: 'api', instance: 'a' } as const;
const WORKER = { job: 'worker', instance: 'w' } as const;
const dropped = select('spansDropped', { reason: 'export_failed', ...API });
const droppedByWorker = select('spansDropped', { reason: 'export_failed', ...WORKER });
const undelivered = selectForeign('otelcol_exporter_send_failed_spans_total', {
  exporter: 'otlp_http/endpoint',
});
const unexported = select('logRecordsDropped', { reason: 'queue_full', ...API });
const unread = select('collectErrors', API);

const placesFull = (label: LabelWithPlaces) => select('labelPlacesFull', { label, ...WORKER });

const lost = (count: number) =>
  `${count} spans, log records or readings of gauges were lost in 5 minutes`;

export const TELEMETRY_CASES: readonly RuleCase[] = [
  ...casesOf('TelemetryLost', [
    fires(
      'the collector is down',
      '15m',
      [
        [dropped, '0+60x60'],
        [droppedByWorker, '0+40x60'],
        [unexported, '0+20x60'],
      ],
      { summary: lost(500) },
    ),
    fires("the collector's endpoint refuses a header", '15m', [[undelivered, '0+30x60']], {
      summary: lost(150),
    }),
    fires(
      "all losses of the collector are before Prometheus' first look",
      '13m',
      [[undelivered, '_x9 30x60']],
      { summary: lost(30) },
    ),
    fires('processes write more than the log store accepts', '15m', [[unexported, '0+20x60']], {
      summary: lost(100),
    }),
    fires('gauge reads fail', '20m', [[unread, '0+4x60']], { summary: lost(20) }),
    quiet('nothing was lost for an hour', '60m', [
      [dropped, '60x90'],
      [undelivered, '30x90'],
      [unexported, '20x90'],
    ]),
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
