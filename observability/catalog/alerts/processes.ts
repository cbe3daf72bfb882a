import { type Alert, COUNT, TIME } from '../alert.ts';
import { AFTERMATH } from '../burn-rates.ts';
import type { ProcessName } from '../metric.ts';
import {
  age,
  and,
  count,
  max,
  orElse,
  orZero,
  queryOverTime,
  type Query,
  sum,
  where,
} from '../promql.ts';
import { select, selectProcess, selectUp } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/**
 * A dead container is no target that is down: discovery by DNS drops it. Fewer workers than there were, for two
 * minutes in a row so that a replacement beside the one it replaces is not counted; scaling down is told apart by
 * the rows that killed workers leave behind.
 */
function lostWorkers(time: TimeScale): Query<'job'> {
  const up = selectUp({ job: 'worker' });
  const steady = queryOverTime('min', count(up, ['job']), time.range('2m'));
  const before = queryOverTime('max', steady, time.range('1h'));
  const lost = where(max(select('workersLost')), '>', 0);
  return and(where(before, '>', sum(up, ['job'])), lost, []);
}

/** Processes that are gone, or too busy to do their work. */
export function processAlerts(time: TimeScale): readonly Alert[] {
  const running = (job: ProcessName) => where(orZero(sum(selectUp({ job }))), '==', 0);
  return [
    {
      name: 'NoApiUp',
      severity: 'page',
      summary: `${COUNT} instances of the API are up`,
      description:
        'No instance answers its scrape: nobody can submit a run or see one, and the objectives of the ' +
        'API have no data to burn on. Runs that are in the queue go on.',
      query: running('api'),
      for: time.hold('1m'),
      labels: { job: 'api' },
      panel: { dashboardUid: 'aio-overview', title: 'Processes up' },
    },
    {
      name: 'NoWorkerUp',
      severity: 'page',
      summary: `${COUNT} workers are up`,
      description:
        'No worker answers its scrape: runs are accepted and wait, none goes on. Nothing is lost.',
      query: running('worker'),
      for: time.hold('1m'),
      keepFiringFor: time.hold(AFTERMATH.cause),
      labels: { job: 'worker' },
      panel: { dashboardUid: 'aio-queue-workers', title: 'Workers up' },
    },
    {
      name: 'TargetDown',
      severity: 'ticket',
      summary:
        '{{ if $labels.instance }}{{ $labels.job }} at {{ $labels.instance }} is not scraped ' +
        `(up is ${COUNT}){{ else }}fewer {{ $labels.job }}s are scraped than the ${COUNT} of the last hour{{ end }}`,
      description:
        'Prometheus cannot read an instance: it has crashed, hangs, or METRICS_PORT is not reachable. ' +
        'Others of its kind carry its load meanwhile. A worker that discovery no longer finds counts ' +
        'for an hour, unless it shut down in order or another took its place.',
      query: orElse(where(selectUp(), '==', 0), lostWorkers(time), ['job']),
      for: time.hold('2m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Targets up' },
    },
    {
      name: 'LeaseTakeovers',
      severity: 'ticket',
      summary: `Runs were taken over from worker {{ $labels.worker }} ${TIME} ago`,
      description:
        'The worker let its lease run out: it was killed, ran out of memory, or its event loop stood still. ' +
        'Its runs go on elsewhere; attempts that were running are made again. Each worker has its own alert.',
      query: where(age(max(select('leaseTakenOverAt'), ['worker'])), '<', time.seconds('2m')),
      for: '0s',
      panel: { dashboardUid: 'aio-queue-workers', title: 'Lease takeovers' },
    },
    {
      name: 'EventLoopLag',
      severity: 'ticket',
      summary: `{{ $labels.job }} at {{ $labels.instance }}: event loop is ${TIME} late`,
      description:
        'The 99th percentile of the event loop is above 250 ms: the process does too much at once. ' +
        'Everything it answers is late; a worker that is late by its lease loses its runs.',
      query: where(selectProcess('nodejs_eventloop_lag_p99_seconds'), '>', 0.25),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Event loop lag' },
    },
  ];
}
