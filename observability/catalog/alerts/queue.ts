import { type Alert } from './alert.ts';
import { COUNT, TIME } from '@aio/slo/alert';
import { abs, and, delta, divide, max, minus, plus, sum, times, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import type { TimeScale } from '@aio/slo/time-scale';

/** The API counts jobs and rows some milliseconds apart, and a row changes shortly before its job. */
const USUAL_DIFFERENCE = { jobs: 50, share: 0.1 };

/** Work that waits too long. Every API replica reports the same queue: hence `max`. */
export function queueAlerts(time: TimeScale): readonly Alert[] {
  const depth = select('queueDepth');
  const backlog = sum(max(depth, ['queue', 'state']));
  const growth = sum(max(delta(depth, time.range('10m')), ['queue', 'state']));
  const idle = divide(sum(select('workerSlots', { state: 'free' })), sum(select('workerSlots')));
  const jobs = select('queueJobs', { state: ['waiting', 'delayed', 'active'] });
  const jobsOf = sum(max(jobs, ['queue', 'state']), ['queue']);
  const rowsOf = sum(max(select('queueRows'), ['queue', 'state']), ['queue']);
  const difference = minus(jobsOf, rowsOf);
  const usual = plus(times(rowsOf, USUAL_DIFFERENCE.share), USUAL_DIFFERENCE.jobs);
  return [
    {
      name: 'BacklogGrowsWhileIdle',
      severity: 'page',
      summary: `${COUNT} steps and runs wait, and the backlog grows while workers are idle`,
      description:
        'More than half of all slots are free, but the backlog has grown for 10 minutes: work ' +
        'does not reach the workers. A lane is paused or has no worker, Redis is down, or claims ' +
        'fail.',
      query: and(and(where(backlog, '>', 20), where(growth, '>', 0)), where(idle, '>', 0.5)),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-queue-workers', title: 'Backlog' },
    },
    {
      name: 'OldestJobAge',
      severity: 'page',
      summary: `The oldest job in queue {{ $labels.queue }} has waited ${TIME}`,
      description:
        'A ready step or queued run has waited more than 5 minutes. Work that never starts ' +
        'appears in no latency metric and no objective, so only this alert shows that a queue ' +
        'stands still.',
      query: where(max(select('queueOldestAge'), ['queue']), '>', time.seconds('5m')),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-queue-workers', title: 'Age of the oldest' },
    },
    {
      name: 'StuckRuns',
      severity: 'ticket',
      summary: `${COUNT} runs are stuck: {{ $labels.reason }}`,
      description:
        'Started runs want a worker and no worker claims them, their lease expired, or they ' +
        'passed their time limit. The reconcilers of all workers look for such runs every second, ' +
        'and miss these.',
      query: where(max(select('stuckRuns'), ['reason']), '>', 0),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runs', title: 'Stuck runs' },
    },
    {
      name: 'QueueCountsDiffer',
      severity: 'ticket',
      summary: `Queue {{ $labels.queue }}: jobs in Redis minus rows in PostgreSQL = ${COUNT}`,
      description:
        'For 5 minutes, the number of jobs in Redis has differed from the number of rows in PostgreSQL by more ' +
        `than ${USUAL_DIFFERENCE.jobs} and a tenth of the rows. Fewer jobs: Redis lost some, and their work waits until the ` +
        'reconcilers send them again. More jobs: some outlived their rows and waste memory and slots.',
      query: and(difference, where(abs(difference), '>', usual)),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-queue-workers', title: 'Jobs and their rows' },
    },
  ];
}
