import { max, sum } from '@aio/slo/promql';
import { select } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { type Row, charts } from '@aio/boards/board';
import { toBoard } from './shared/links.ts';
import { above } from '@aio/boards/limits';
import { draw, lines } from '@aio/boards/panel';
import { perSecond } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';

/** Every API replica reports the same figures: use `max`, never a sum. */
const waitingOfWorkflows = sum(max(select('queueWaiting', WORKFLOW), ['workflow', 'state']), [
  'workflow',
]);
const waitingOfOwners = sum(max(select('ownerWaiting', TARGET), ['owner', 'state']), ['owner']);

/** Use of other owners' capacity, by workflow and by owner. */
export const NOISY_NEIGHBOURS: readonly Row[] = [
  charts('Who fills the queue', 3, [
    lines({
      title: 'Waiting by workflow',
      description: 'Queued runs and ready steps, by workflow: which one fills the queue.',
      unit: 'count',
      stacked: true,
      queries: [draw(waitingOfWorkflows, '{{workflow}}')],
      links: [toBoard('queueAndWorkers')],
      absent: 'none',
    }),
    lines({
      title: 'Waiting by owner',
      description: 'Queued runs and ready steps, by owner.',
      unit: 'count',
      stacked: true,
      queries: [draw(waitingOfOwners, '{{owner}}')],
      links: [toBoard('queueAndWorkers')],
      absent: 'none',
    }),
    lines({
      title: 'Longest wait by owner',
      description:
        'Age of the oldest queued run or ready step. One owner alone: only their own backlog waits.',
      unit: 'wholeSeconds',
      queries: [draw(max(select('ownerOldestAge', TARGET), ['owner']), '{{owner}}')],
      limits: above(SLOS.queueTime.boundSeconds, null),
      links: [toBoard('queueAndWorkers')],
      absent: 'none',
    }),
  ]),
  charts('Owners', 3, [
    lines({
      title: 'Requests by owner',
      description: 'Requests per second of authenticated users and machine clients.',
      unit: 'requestsPerSecond',
      stacked: true,
      queries: [draw(perSecond(select('ownerRequests', TARGET), ['owner']), '{{owner}}')],
      links: [toBoard('api')],
    }),
    lines({
      title: 'Submitted by owner',
      description: 'Runs accepted per second, by owner.',
      unit: 'perSecond',
      stacked: true,
      queries: [draw(perSecond(select('ownerRunsSubmitted', TARGET), ['owner']), '{{owner}}')],
      links: [toBoard('runs')],
    }),
    lines({
      title: 'Failed runs by owner',
      description: 'Runs that failed per second, by owner.',
      unit: 'perSecond',
      queries: [
        draw(
          perSecond(select('ownerRunsEnded', { ...TARGET, outcome: 'failed' }), ['owner']),
          '{{owner}}',
        ),
      ],
      links: [toBoard('runs')],
      absent: 'none',
    }),
  ]),
];
