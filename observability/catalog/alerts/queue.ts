import { type Alert, COUNT, TIME } from '../alert.ts';
import { and, delta, divide, max, sum, where } from '../promql.ts';
import { select } from '../select.ts';
import type { TimeScale } from '../time-scale.ts';

/** What waits although it should not. Every replica of the API reports the queue: hence `max`. */
export function queueAlerts(time: TimeScale): readonly Alert[] {
  const depth = select('queueDepth');
  const backlog = sum(max(depth, ['queue', 'state']));
  const growth = sum(max(delta(depth, time.range('10m')), ['queue', 'state']));
  const idle = divide(sum(select('workerSlots', { state: 'free' })), sum(select('workerSlots')));
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
  ];
}
