import { type Alert } from './alert.ts';
import { COUNT } from '@aio/slo/alert';
import { ago, always, increase, or, sum, unless, where } from '@aio/slo/promql';
import type { Query } from '@aio/slo/query';
import { awayFor } from './dependencies.ts';
import { select, selectForeign } from '../metrics/select.ts';

/** Spans and log records that were lost, and gauges that were not read, in a range; the first of them that there are. */
function lost(): Query {
  const range = '5m';
  const failed = selectForeign('otelcol_exporter_send_failed_spans_total');
  // The collector's counter begins with its first loss, which is no increase.
  const byCollector = sum(or(unless(failed, ago(failed, range)), increase(failed, range)));
  const unread = sum(increase(select('collectErrors'), range));
  return [
    where(sum(increase(select('logRecordsDropped'), range)), '>', 0),
    where(byCollector, '>', 0),
    // If PostgreSQL or Redis was away, another alert has said so.
    unless(where(unread, '>', 5), where(awayFor('10m'), '>', 0), []),
  ].reduce(or, where(sum(increase(select('spansDropped'), range)), '>', 0));
}

/** Telemetry that does not tell everything, and the heartbeat. */
export function telemetryAlerts(): readonly Alert[] {
  return [
    {
      name: 'TelemetryLost',
      severity: 'ticket',
      summary: `${COUNT} spans, log records or readings of gauges were lost in 5 minutes`,
      description:
        'Traces, the log store or boards have holes from now on, and alerts on gauges may stay silent. Standard output has ' +
        'every log line. The collector or a store behind it is down, slow, or refuses what it gets; or the database is ' +
        'slow to count.',
      query: lost(),
      for: '2m',
      panel: { dashboardUid: 'aio-runtime', title: 'Telemetry dropped' },
    },
    {
      name: 'LabelPlacesFull',
      severity: 'ticket',
      summary: `New names found no free place ${COUNT} times in 15 minutes: {{ $labels.label }}`,
      description:
        'Boards and alerts do not tell some values of this label apart: they count as `other`, or take turns with ' +
        'others. Sums stay right. One owner made many names, or the deployment has outgrown the limits.',
      query: where(sum(increase(select('labelPlacesFull'), '15m'), ['label']), '>', 0),
      for: '1m',
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
