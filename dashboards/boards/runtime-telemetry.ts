import { increase, max, sum } from '@aio/slo/promql';
import { bucketsOf, select, selectForeign } from '@aio/catalog/metrics/select';
import { charts } from '@aio/boards/board';
import { above } from '@aio/boards/limits';
import { draw, lines } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantiles } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';

export const BY_PROCESS = ['job', 'instance'] as const;
export const PROCESS = '{{job}} {{instance}}';

/** Cost and losses of telemetry: rows of the board `runtime`. */
export const TELEMETRY_ROWS = [
  charts('Traces and logs', 4, [
    lines({
      title: 'Spans exported',
      description: 'Spans per second that the collector accepted.',
      unit: 'perSecond',
      queries: [draw(perSecond(select('spansExported', TARGET), ['job']), '{{job}}')],
    }),
    lines({
      title: 'Spans dropped',
      description:
        'Spans lost for good: the queue was full, the export failed, or the collector could not ' +
        'deliver them. After a `timeout`, the collector may have them.',
      unit: 'perSecond',
      queries: [
        draw(perSecond(select('spansDropped', TARGET), ['job', 'reason']), '{{job}}: {{reason}}'),
        draw(
          perSecond(selectForeign('otelcol_exporter_send_failed_spans_total'), ['exporter']),
          'collector: {{exporter}}',
        ),
      ],
      limits: above(0.001, null),
      absent: 'none',
    }),
    lines({
      title: 'Log records exported and dropped',
      description: 'Log records per second. Standard output has the dropped ones, too.',
      unit: 'perSecond',
      queries: [
        draw(perSecond(select('logRecordsExported', TARGET), ['job']), '{{job}}: exported'),
        draw(
          perSecond(select('logRecordsDropped', TARGET), ['job', 'reason']),
          '{{job}}: dropped, {{reason}}',
        ),
      ],
    }),
    lines({
      title: 'Export errors',
      description: 'Batches per second that the collector did not accept. AIO itself continues.',
      unit: 'perSecond',
      queries: [
        draw(perSecond(select('exportErrors', TARGET), ['job', 'signal']), '{{job}}: {{signal}}'),
      ],
      limits: above(0.001, null),
      absent: 'none',
    }),
  ]),
  charts('Metrics', 4, [
    lines({
      title: 'Size of a scrape',
      description:
        'Samples per process. A jump: a label has many new values. No place: new values that found all places ' +
        'of their label taken.',
      unit: 'count',
      queries: [
        draw(max(selectForeign('scrape_samples_scraped', TARGET), BY_PROCESS), PROCESS),
        draw(
          sum(increase(select('labelPlacesFull', TARGET), INTERVAL), ['label']),
          'no place: {{label}}',
        ),
      ],
      limits: above(5000, null),
    }),
    lines({
      title: 'Cost of a scrape',
      description: 'Time in which a process writes its metrics and does nothing else.',
      unit: 'seconds',
      queries: quantiles(bucketsOf('scrapeDuration', TARGET)),
      limits: above(0.1, 0.5),
    }),
    lines({
      title: 'Alerting failures',
      description:
        'Groups of rules that Prometheus could not evaluate, and alerts that it could not deliver, per second.',
      unit: 'perSecond',
      queries: [
        draw(
          perSecond(selectForeign('prometheus_rule_evaluation_failures_total'), ['rule_group']),
          'rules: {{rule_group}}',
        ),
        draw(
          perSecond(selectForeign('prometheus_notifications_errors_total'), ['alertmanager']),
          'delivery: {{alertmanager}}',
        ),
      ],
      limits: above(0.001, null),
      absent: 'none',
    }),
    lines({
      title: 'Readings that failed',
      description: 'Gauge reads per second that failed. Their series are absent meanwhile.',
      unit: 'perSecond',
      queries: [draw(perSecond(select('collectErrors', TARGET), BY_PROCESS), PROCESS)],
      limits: above(0.001, null),
      absent: 'none',
    }),
  ]),
];
