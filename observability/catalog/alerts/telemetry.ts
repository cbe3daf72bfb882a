import { type Alert, COUNT } from '../alert.ts';
import { always, increase, sum, where } from '../promql.ts';
import { select } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/** When what tells us is in trouble itself. */
export function telemetryAlerts(time: TimeScale): readonly Alert[] {
  const range = time.range('5m');
  return [
    {
      name: 'SpansDropped',
      severity: 'ticket',
      summary: `${COUNT} spans are lost in 5 minutes: {{ $labels.reason }}`,
      description:
        'Traces have holes from now on; metrics and logs do not. The collector is away, refuses, or ' +
        'takes less than is made.',
      // Not by job: one collector that is away would be told of as many times.
      query: where(sum(increase(select('spansDropped'), range), ['reason']), '>', 0),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Spans dropped' },
    },
    {
      name: 'LogRecordsDropped',
      severity: 'ticket',
      summary: `${COUNT} log records are not exported in 5 minutes: {{ $labels.reason }}`,
      description:
        'The log store has holes from now on; standard output has every line. The collector or the log ' +
        'store is away, refuses, or takes less than is written.',
      query: where(sum(increase(select('logRecordsDropped'), range), ['reason']), '>', 0),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Log records exported and dropped' },
    },
    {
      name: 'GaugesUnread',
      severity: 'ticket',
      summary: `${COUNT} readings of gauges failed in {{ $labels.job }} in 5 minutes`,
      description:
        'Gauges that ask the database or Redis have gaps, so alerts on the queue and on stuck runs may ' +
        'be blind: the absence of those alerts means nothing meanwhile.',
      query: where(sum(increase(select('collectErrors'), range), ['job']), '>', time.events(5)),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Readings that failed' },
    },
    {
      name: 'Watchdog',
      severity: 'none',
      summary: `Alerting works (the value is always ${COUNT})`,
      description:
        'Always fires. Its receiver should raise the alarm when it stops coming: then Prometheus, ' +
        'Alertmanager or the way between them is broken.',
      query: always(1),
      for: '0s',
      panel: { dashboardUid: 'aio-runtime', title: 'Targets up' },
    },
  ];
}
