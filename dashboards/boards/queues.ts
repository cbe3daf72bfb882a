import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { avg, max, orZero, rate, sum } from '@aio/slo/promql';
import { bucketsOf, countOf, select, selectForeign, sumOf } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantiles, share } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

/** Every API replica reports the same queue: use `max`, never a sum. */
const depth = (state: 'ready_steps' | 'queued_runs') =>
  max(select('queueDepth', { ...TARGET, state }), ['queue']);
const waitingOfWorkflows = sum(max(select('queueWaiting', WORKFLOW), ['workflow', 'state']), [
  'workflow',
]);
const waitingOfOwners = sum(max(select('ownerWaiting', TARGET), ['owner', 'state']), ['owner']);
const slots = (state: 'used' | 'free') => select('workerSlots', { ...TARGET, state });
/** Seconds of work per second = average number of used slots. Other kinds use none. */
const endedWork = perSecond(sumOf('stepExecution', { ...TARGET, kind: LANE_KINDS }));
const finished = rate(select('stepsFinished', { ...TARGET, kind: LANE_KINDS }), INTERVAL);
const throughput = rate(select('stepsFinished', { ...TARGET, job: 'worker' }), INTERVAL);

/** Work that waits, whose work it is, and the workers. */
export const QUEUES: Board = {
  name: 'queueAndWorkers',
  description: 'Does work wait, whose is it, do workers have free slots, and do they stay alive?',
  next: ['runs', 'runtime'],
  rows: [
    verdict([
      stat({
        title: 'Workers up',
        description: 'Share of the workers that Prometheus could scrape.',
        unit: 'share',
        queries: [draw(orZero(avg(selectForeign('up', { ...TARGET, job: 'worker' }))), 'workers')],
        limits: below(1, 0.01),
        links: [toBoard('runtime')],
      }),
      stat({
        title: 'Slots used',
        description:
          'Share of the slots of all workers. If it is full while steps wait, see "Slots and ' +
          'work that ended".',
        unit: 'share',
        queries: [
          draw(share(sum(slots('used')), sum(select('workerSlots', TARGET))), 'slots used'),
        ],
        limits: above(0.9, null),
      }),
    ]),
    charts('Queue', 3, [
      lines({
        title: 'Backlog',
        description:
          'Queued runs and ready steps. If they grow while slots are free, work does not reach ' +
          'the workers.',
        unit: 'count',
        queries: [
          draw(depth('ready_steps'), '{{queue}}: ready steps'),
          draw(depth('queued_runs'), '{{queue}}: queued runs'),
        ],
      }),
      lines({
        title: 'Throughput by queue',
        description:
          '`default`: runs that start per second. Other queues: steps and items that end per second.',
        unit: 'perSecond',
        queries: [
          draw(perSecond(countOf('runQueueTime', TARGET)), 'default'),
          draw(sum(finished, ['kind']), '{{kind}}'),
        ],
        links: [toBoard('runs')],
      }),
      lines({
        title: 'Expected wait',
        description:
          'Time that a new entry of the queue will wait: backlog / starts in the last minute. ' +
          'Autoscalers use it. At most an hour; no line while the lane is paused.',
        unit: 'wholeSeconds',
        queries: [draw(max(select('queueExpectedWait', TARGET), ['queue']), '{{queue}}')],
        limits: above(30, 300),
      }),
      lines({
        title: 'Age of the oldest',
        description:
          'Age of the oldest entry. If it rises by one second per second, workers take nothing.',
        unit: 'wholeSeconds',
        queries: [draw(max(select('queueOldestAge', TARGET), ['queue']), '{{queue}}')],
        limits: above(30, 300),
      }),
      lines({
        title: 'Queue time of runs',
        description:
          'From acceptance until a worker first claims the run. High: workers are busy, paused or gone.',
        unit: 'wholeSeconds',
        queries: quantiles(bucketsOf('runQueueTime', TARGET)),
        limits: above(SLOS.queueTime.boundSeconds, null),
      }),
      lines({
        title: 'Slots and work that ended',
        description:
          'Used slots, and seconds of finished work per second. Equal: work flows, and full ' +
          'slots mean too few slots. Slots far above for longer than a step takes: steps hold ' +
          'slots and do not end.',
        unit: 'count',
        queries: [draw(sum(slots('used')), 'slots used'), draw(endedWork, 'work that ended')],
        links: [toBoard('runs')],
      }),
    ]),
    charts('Who fills the queue', 3, [
      lines({
        title: 'Waiting by workflow',
        description: 'Queued runs and ready steps, by workflow: which one fills the queue.',
        unit: 'count',
        stacked: true,
        queries: [draw(waitingOfWorkflows, '{{workflow}}')],
        absent: 'none',
      }),
      lines({
        title: 'Waiting by owner',
        description: 'Queued runs and ready steps, by owner.',
        unit: 'count',
        stacked: true,
        queries: [draw(waitingOfOwners, '{{owner}}')],
        absent: 'none',
      }),
      lines({
        title: 'Submitted by owner',
        description: 'Runs accepted per second, by owner.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(perSecond(select('ownerRunsSubmitted', TARGET), ['owner']), '{{owner}}')],
      }),
    ]),
    charts('Workers', 3, [
      lines({
        title: 'Throughput by worker',
        description:
          'Steps and items that ended per second. If one worker is flat, it is stuck or gone.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(throughput, ['instance']), '{{instance}}')],
      }),
      lines({
        title: 'Takeovers and lost leases',
        description:
          'Runs taken over from dead workers, and runs that workers lost because another one ' +
          'took over.',
        unit: 'perSecond',
        queries: [
          draw(perSecond(select('leaseTakeovers', TARGET)), 'taken over'),
          draw(perSecond(select('leasesLost', TARGET)), 'lost'),
        ],
        links: [toBoard('runtime')],
      }),
      lines({
        title: 'Poison steps',
        description: 'Steps per second that failed for good because workers kept dying with them.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('poisonSteps', TARGET)), 'poison')],
        limits: above(0.001, null),
        absent: 'none',
      }),
    ]),
  ],
};
