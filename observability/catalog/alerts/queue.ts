import { type Alert, COUNT, TIME } from '../alert.ts';
import { abs, and, delta, divide, max, minus, plus, sum, times, where } from '../promql.ts';
import { select } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/** Jobs and rows are counted some milliseconds apart, and each change of a row is a moment ahead of its job. */
const USUAL_DIFFERENCE = { jobs: 50, share: 0.1 };

/** What waits although it should not. Every replica of the API reports the queue: hence `max`. */
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
      summary: `${COUNT} steps and runs wait, more and more, while workers are idle`,
      description:
        'More than half of all slots are free, and the backlog has grown over 10 minutes: what waits ' +
        'does not reach the workers. A lane is paused or has no worker, Redis is away, or claims fail.',
      query: and(and(where(backlog, '>', 20), where(growth, '>', 0)), where(idle, '>', 0.5)),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-queue-workers', title: 'Backlog' },
    },
    {
      name: 'OldestJobAge',
      severity: 'page',
      summary: `The oldest in queue {{ $labels.queue }} has waited ${TIME}`,
      description:
        'A ready step or queued run has waited more than 5 minutes. What never starts counts in no ' +
        'latency and no objective, so this is the only sign of a queue that stands still.',
      query: where(max(select('queueOldestAge'), ['queue']), '>', time.seconds('5m')),
      for: time.hold('1m'),
      panel: { dashboardUid: 'aio-queue-workers', title: 'Age of the oldest' },
    },
    {
      name: 'StuckRuns',
      severity: 'ticket',
      summary: `${COUNT} runs are stuck: {{ $labels.reason }}`,
      description:
        'Runs that have begun and that nobody works, though they want a worker, their lease has run ' +
        'out or their time is up. The reconcilers of the workers look every second; they do not find these.',
      query: where(max(select('stuckRuns'), ['reason']), '>', 0),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runs', title: 'Stuck runs' },
    },
    {
      name: 'QueueCountsDiffer',
      severity: 'ticket',
      summary: `Queue {{ $labels.queue }}: jobs in Redis less their rows in PostgreSQL are ${COUNT}`,
      description:
        `For 5 minutes Redis has had more or fewer jobs than PostgreSQL has rows for them, by over ` +
        `${USUAL_DIFFERENCE.jobs} and a tenth. Fewer: work waits for jobs that were lost, until the ` +
        'reconcilers send them. More: jobs that have outlived their rows take room and slots for nothing.',
      query: and(difference, where(abs(difference), '>', usual)),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-queue-workers', title: 'Jobs and their rows' },
    },
  ];
}
