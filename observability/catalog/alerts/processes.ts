import { type Alert } from './alert.ts';
import { COUNT, SHARE, TIME } from '@aio/slo/alert';
import { AFTERMATH } from './aftermath.ts';
import type { ProcessName } from '../metrics/metric.ts';
import {
  age,
  and,
  count,
  divide,
  increase,
  max,
  orElse,
  orZero,
  queryOverTime,
  rate,
  sum,
  where,
} from '@aio/slo/promql';
import { type Query } from '@aio/slo/query';
import { select, selectProcess, selectUp } from '../metrics/select.ts';
import { inSeconds } from '@aio/slo/duration';

/**
 * Discovery by DNS drops a dead container, so its `up` is absent and not 0. This query compares the number of workers
 * with the last hour. Two steady minutes leave out the overlap of a replacement with the worker it replaces. A worker
 * that was scaled down leaves no row behind; a killed worker does.
 */
function lostWorkers(): Query<'job'> {
  const up = selectUp({ job: 'worker' });
  const steady = queryOverTime('min', count(up, ['job']), '2m');
  const before = queryOverTime('max', steady, '1h');
  const lost = where(max(select('workersLost')), '>', 0);
  return and(where(before, '>', sum(up, ['job'])), lost, []);
}

/** Processes that are down or too busy. */
export function processAlerts(): readonly Alert[] {
  const running = (job: ProcessName) => where(orZero(sum(selectUp({ job }))), '==', 0);
  return [
    {
      name: 'NoApiUp',
      severity: 'page',
      summary: `${COUNT} instances of the API are up`,
      description:
        'No API answers its scrape. Users can neither submit nor see runs, and the objectives of ' +
        'the API have no data. Queued runs continue.',
      whyNow: 'Everything that users submit is refused.',
      query: running('api'),
      for: '1m',
      labels: { job: 'api' },
      panel: { dashboardUid: 'aio-runtime', title: 'Targets up' },
    },
    {
      name: 'NoWorkerUp',
      severity: 'page',
      summary: `${COUNT} workers are up`,
      description:
        'No worker answers its scrape. The API accepts runs, but no run continues. Nothing is ' +
        'lost.',
      whyNow: 'No run continues until a worker is back.',
      query: running('worker'),
      for: '1m',
      keepFiringFor: AFTERMATH,
      labels: { job: 'worker' },
      panel: { dashboardUid: 'aio-queue-workers', title: 'Workers up' },
    },
    {
      name: 'TargetDown',
      severity: 'ticket',
      summary:
        '{{ if $labels.instance }}Prometheus cannot scrape {{ $labels.job }} at {{ $labels.instance }} ' +
        `(up is ${COUNT}){{ else }}Prometheus finds fewer {{ $labels.job }}s than the ${COUNT} of the last hour{{ end }}`,
      description:
        'Prometheus cannot scrape a process: it crashed, hangs, or its METRICS_PORT is ' +
        'unreachable. Other processes of its kind take its load. A worker that discovery no ' +
        'longer finds counts for an hour, unless it shut down cleanly or was replaced.',
      query: orElse(where(selectUp(), '==', 0), lostWorkers(), ['job']),
      // A restart takes less. With 15 s each for a scrape, its time limit and the rule, people know within 150 s.
      for: '90s',
      panel: { dashboardUid: 'aio-runtime', title: 'Targets up' },
    },
    {
      name: 'LeaseTakeovers',
      severity: 'ticket',
      summary: `Runs were taken over from worker {{ $labels.worker }} ${TIME} ago`,
      description:
        'The lease of the worker expired: the worker was killed, ran out of memory, or its event ' +
        'loop stalled. Other workers continue its runs and repeat the attempts that were running. ' +
        'Each worker has its own alert.',
      query: where(age(max(select('leaseTakenOverAt'), ['worker'])), '<', inSeconds('2m')),
      for: '0s',
      panel: { dashboardUid: 'aio-queue-workers', title: 'Takeovers and lost leases' },
    },
    ...strainAlerts(),
  ];
}

/** In a minute. A client that opens too many connections at once is no outage. */
const MIN_DROPPED = 10;

/** Processes that are up, and may not be for long. */
function strainAlerts(): readonly Alert[] {
  return [
    {
      name: 'ConnectionsDropped',
      severity: 'page',
      summary: `The API at {{ $labels.instance }} closed ${COUNT} connections unread in a minute`,
      description:
        'It has as many connections as its file descriptors allow, and closes more at once. Their clients get a reset, or a ' +
        '503 of the proxy. No figure of requests counts them.',
      whyNow: 'Users and programs are turned away, and submissions with them.',
      query: where(
        sum(increase(select('httpConnectionsDropped'), '1m'), ['instance']),
        '>=',
        MIN_DROPPED,
      ),
      for: '15s',
      panel: { dashboardUid: 'aio-api', title: 'Requests by status' },
    },
    {
      name: 'DescriptorsNearLimit',
      severity: 'ticket',
      summary: `{{ $labels.job }} at {{ $labels.instance }} uses ${SHARE} of its file descriptors`,
      description:
        'Each connection and each open file takes one. Without a free one, the process reaches neither database nor Redis, and ' +
        'an API turns connections away.',
      query: where(
        divide(selectProcess('process_open_fds'), selectProcess('process_max_fds')),
        '>',
        0.9,
      ),
      for: '1m',
      panel: { dashboardUid: 'aio-api', title: 'File descriptors' },
    },
    {
      name: 'EventLoopLag',
      severity: 'ticket',
      summary: `{{ $labels.job }} at {{ $labels.instance }}: event loop stands still ${SHARE} of the time`,
      description:
        'The event loop stands still for a tenth of the time, in blocks above 100 ms: the process does too much at ' +
        'once, or gets no CPU. Everything it answers is late. A worker that renews its lease too late loses its runs.',
      query: where(sum(rate(select('eventLoopBlocked'), '2m'), ['job', 'instance']), '>', 0.1),
      for: '1m',
      panel: { dashboardUid: 'aio-runtime', title: 'Event loop blocked' },
    },
  ];
}
