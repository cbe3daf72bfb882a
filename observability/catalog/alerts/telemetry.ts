import { type Alert } from './alert.ts';
import { COUNT } from '@aio/slo/alert';
import { ago, always, increase, or, sum, unless, where } from '@aio/slo/promql';
import { awayFor } from './dependencies.ts';
import { select, selectForeign } from '../metrics/select.ts';
import type { TimeScale } from '@aio/slo/time-scale';

/** Lost telemetry. */
export function telemetryAlerts(time: TimeScale): readonly Alert[] {
  const range = time.range('5m');
  const undelivered = selectForeign('otelcol_exporter_send_failed_spans_total');
  return [
    {
      name: 'SpansDropped',
      severity: 'ticket',
      summary: `${COUNT} spans ${unlessTimeout('were lost')}`,
      description:
        'Traces have holes from now on; metrics and logs are complete. The collector is down, ' +
        'refuses spans, or is slower than the processes that send them.',
      // Not by job: if the collector is down, one alert is enough.
      query: where(sum(increase(select('spansDropped'), range), ['reason']), '>', 0),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Spans dropped' },
    },
    {
      name: 'CollectorDropsSpans',
      severity: 'ticket',
      summary: `The collector lost ${COUNT} spans in 5 minutes: {{ $labels.exporter }} failed`,
      description:
        'Traces have holes at one destination of the collector from now on. The destination is ' +
        'down, or refuses spans, for example because of a wrong header.',
      // The collector's counter begins with its first loss, which is no increase.
      query: where(
        sum(or(unless(undelivered, ago(undelivered, range)), increase(undelivered, range)), [
          'exporter',
        ]),
        '>',
        0,
      ),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Spans dropped' },
    },
    {
      name: 'LogRecordsDropped',
      severity: 'ticket',
      summary: `${COUNT} log records ${unlessTimeout('were not exported')}`,
      description:
        'The log store has holes from now on; standard output has every line. The collector or ' +
        'the log store is down, refuses records, or is too slow.',
      query: where(sum(increase(select('logRecordsDropped'), range), ['reason']), '>', 0),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Log records exported and dropped' },
    },
    {
      name: 'GaugesUnread',
      severity: 'ticket',
      summary: `{{ $labels.job }} could not read gauges ${COUNT} times in 5 minutes`,
      description:
        'Gauges that read the database or Redis have gaps, so alerts on the queue and on stuck ' +
        'runs may miss problems. Do not rely on their silence.',
      // If PostgreSQL or Redis was away, another alert has said so.
      query: unless(
        where(sum(increase(select('collectErrors'), range), ['job']), '>', time.events(5)),
        where(awayFor(time.range('10m')), '>', 0),
        [],
      ),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Readings that failed' },
    },
    {
      name: 'LabelPlacesFull',
      severity: 'ticket',
      summary: `New names found no free place ${COUNT} times in 15 minutes: {{ $labels.label }}`,
      description:
        'Boards and alerts do not tell some values of this label apart: they count as `other`, or take turns with ' +
        'others. Sums stay right. One owner made many names, or the deployment has outgrown the limits.',
      query: where(sum(increase(select('labelPlacesFull'), time.range('15m')), ['label']), '>', 0),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Size of a scrape' },
    },
    {
      name: 'Watchdog',
      severity: 'none',
      summary: `Alerting works (the value is always ${COUNT})`,
      description:
        'Always fires. Its receiver should raise the alarm when it stops: then Prometheus, ' +
        'Alertmanager or the connection between them is broken.',
      query: always(1),
      for: '0s',
      panel: { dashboardUid: 'aio-runtime', title: 'Targets up' },
    },
  ];
}

/** Ends a summary. A receiver that does not answer in time may have what it got. */
function unlessTimeout(lost: string): string {
  return (
    '{{ if eq $labels.reason "timeout" }}got no answer in 5 minutes; the receiver may have them' +
    `{{ else }}${lost} in 5 minutes: {{ $labels.reason }}{{ end }}`
  );
}
