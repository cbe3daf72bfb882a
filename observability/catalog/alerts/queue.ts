import { type Alert } from './alert.ts';
import { COUNT, TIME } from '@aio/slo/alert';
import { and, max, unless, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import { ownBacklog } from './own-backlog.ts';
import { inSeconds } from '@aio/slo/duration';

/** Work that waits too long. Every API replica reports the same queue: hence `max`. */
export function queueAlerts(): readonly Alert[] {
  return [
    {
      name: 'OldestJobAge',
      severity: 'page',
      summary: `The oldest job in queue {{ $labels.queue }} has waited ${TIME}`,
      description:
        'A ready step or queued run has waited more than 5 minutes. Work that never starts ' +
        'appears in no latency metric and no objective, so only this alert shows that a queue ' +
        'stands still.',
      whyNow: 'Work of users does not start, and nothing else may say so.',
      query: unless(
        where(max(select('queueOldestAge'), ['queue']), '>', inSeconds('5m')),
        ownBacklog(),
        [],
      ),
      for: '1m',
      panel: { dashboardUid: 'aio-queue-workers', title: 'Age of the oldest' },
    },
    {
      name: 'OwnerBacklog',
      severity: 'ticket',
      summary: `The oldest work of {{ $labels.owner }} has waited ${TIME}; nobody else waits long`,
      description:
        'One owner submitted more than the workers can do. Their own runs are late. AIO serves owners in turn, so others ' +
        'are not. Ask the owner whether they meant to, or cancel the runs in bulk.',
      query: and(
        where(max(select('ownerOldestAge'), ['owner']), '>', inSeconds('1m')),
        ownBacklog(),
        ['owner'],
      ),
      for: '1m',
      panel: { dashboardUid: 'aio-queue-workers', title: 'Waiting by owner' },
      examples: '/runs?status=queued&owner={{ urlquery $labels.owner }}',
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
      for: '5m',
      panel: { dashboardUid: 'aio-runs', title: 'Stuck runs' },
    },
  ];
}
