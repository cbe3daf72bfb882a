import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { count, max, orZero, rate, sum, where } from '@aio/slo/promql';
import { bucketsOf, countOf, select, selectForeign, sumOf } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantiles, share } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { FULL_QUEUE } from './forecasts.ts';
import { verdict } from './verdict-tiles.ts';

/** Every API replica reports the same queue: use `max`, never a sum. */
const depth = (state: 'ready_steps' | 'queued_runs') =>
  max(select('queueDepth', { ...TARGET, state }), ['queue']);
const jobs = select('queueJobs', { ...TARGET, state: ['waiting', 'delayed', 'active'] });
const slots = (state: 'used' | 'free') => select('workerSlots', { ...TARGET, state });
const finds = rate(select('reconcilerFinds', TARGET), INTERVAL);
/** Seconds of work per second = average number of used slots. Other kinds use none. */
const endedWork = perSecond(sumOf('stepExecution', { ...TARGET, kind: LANE_KINDS }));
const finished = rate(select('stepsFinished', { ...TARGET, kind: LANE_KINDS }), INTERVAL);
const throughput = rate(select('stepsFinished', { ...TARGET, job: 'worker' }), INTERVAL);

/** Work that waits, and the workers. */
export const QUEUE_AND_WORKERS: Board = {
  name: 'queueAndWorkers',
  description: 'Does work wait, do workers have free slots for it, and do workers stay alive?',
  next: ['steps', 'cost', 'runtime'],
  rows: [
    verdict('queueAndWorkers', 6, [
      stat({
        title: 'Oldest',
        description: 'Age of the oldest ready step or queued run; 0 if none waits.',
        unit: 'seconds',
        queries: [draw(max(select('queueOldestAge', TARGET)), 'oldest')],
        limits: above(30, 300),
      }),
      stat({
        title: 'Workers up',
        description: 'Workers that Prometheus could scrape.',
        unit: 'count',
        queries: [
          draw(
            orZero(count(where(selectForeign('up', { ...TARGET, job: 'worker' }), '==', 1))),
            'workers',
          ),
        ],
        limits: below(null, 1),
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
    figures('Now', [
      stat({
        title: 'Ready steps',
        description: 'Steps that could start now, in all queues, counted in PostgreSQL.',
        unit: 'count',
        queries: [draw(sum(depth('ready_steps')), 'ready steps')],
        limits: above(1000, FULL_QUEUE),
      }),
      stat({
        title: 'Queued runs',
        description: 'Runs that no worker has claimed yet.',
        unit: 'count',
        queries: [draw(sum(depth('queued_runs')), 'queued runs')],
        limits: above(1000, FULL_QUEUE),
      }),
      stat({
        title: 'Lease takeovers',
        description: 'Runs per second taken over from a worker that died or lost the database.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('leaseTakeovers', TARGET)), 'takeovers')],
        limits: above(0.001, null),
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
        links: [toBoard('cost')],
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
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Expected wait',
        description:
          'Time that a new entry of the queue will wait: backlog / starts in the last minute. ' +
          'Autoscalers use it. At most an hour; no line while the lane is paused.',
        unit: 'seconds',
        queries: [draw(max(select('queueExpectedWait', TARGET), ['queue']), '{{queue}}')],
        limits: above(30, 300),
      }),
      lines({
        title: 'Age of the oldest',
        description:
          'Age of the oldest entry. If it rises by one second per second, workers take nothing.',
        unit: 'seconds',
        queries: [draw(max(select('queueOldestAge', TARGET), ['queue']), '{{queue}}')],
        limits: above(30, 300),
      }),
      lines({
        title: 'Queue time of runs',
        span: 2,
        description:
          'From acceptance until a worker first claims the run. High: workers are busy, paused or gone.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('runQueueTime', TARGET)),
        limits: above(SLOS.queueTime.boundSeconds, null),
      }),
    ]),
    charts('Jobs', 2, [
      lines({
        title: 'Jobs in Redis',
        description:
          "BullMQ's own counts: runs in `default`, steps in every other lane. Active: a worker " +
          'has taken the job.',
        unit: 'count',
        queries: [
          draw(max(select('queueJobs', TARGET), ['queue', 'state']), '{{queue}}: {{state}}'),
        ],
      }),
      lines({
        title: 'Jobs and their rows',
        description:
          'Jobs in Redis, and rows in PostgreSQL that should have a job. They differ only for ' +
          'moments. Fewer jobs: some were lost, and reconcilers send them again. More: some ' +
          'outlived their rows.',
        unit: 'count',
        queries: [
          draw(sum(max(jobs, ['queue', 'state']), ['queue']), '{{queue}}: jobs'),
          draw(
            sum(max(select('queueRows', TARGET), ['queue', 'state']), ['queue']),
            '{{queue}}: rows',
          ),
        ],
      }),
    ]),
    charts('Work', 4, [
      lines({
        title: 'Throughput by worker',
        description:
          'Steps and items that ended per second. If one worker is flat, it is stuck or gone.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(throughput, ['instance']), '{{instance}}')],
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Slots',
        description: 'Slots of all workers, used and free.',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(select('workerSlots', TARGET), ['state']), '{{state}}')],
      }),
      lines({
        title: 'Slots and work that ended',
        description:
          'Used slots, and seconds of finished work per second. Equal: work flows, and full ' +
          'slots mean too few slots. Slots far above for longer than a step takes: steps hold ' +
          'slots and do not end.',
        unit: 'count',
        queries: [draw(sum(slots('used')), 'slots used'), draw(endedWork, 'work that ended')],
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Runs held by worker',
        description: 'Runs whose lease each worker holds.',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(select('workerRunsHeld', TARGET), ['instance']), '{{instance}}')],
      }),
    ]),
    charts('Leases', 4, [
      lines({
        title: 'Claims',
        description: 'Runs that workers claim per second, and claims that failed.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('runClaims', TARGET), ['outcome']), '{{outcome}}')],
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
        title: "Reconciler's finds",
        description:
          'Finds of reconcilers per second. `due`: timers, normal. `queued`, `ready_steps`: jobs ' +
          'that Redis lacked. `lease_expired`, `lost_attempts`: dead workers.',
        unit: 'perSecond',
        queries: [draw(sum(finds, ['find']), '{{find}}')],
      }),
      lines({
        title: 'Workers lost',
        description:
          'Workers that stopped reporting in the last hour without a clean shutdown, and the ' +
          'number of workers that took over runs of each.',
        unit: 'count',
        queries: [
          draw(max(select('workersLost', TARGET)), 'lost'),
          draw(count(select('leaseTakenOverAt', TARGET), ['worker']), '{{worker}} taken over by'),
        ],
        limits: above(0.5, null),
        links: [toBoard('runtime')],
      }),
    ]),
    charts('Poison and commits', 3, [
      lines({
        title: 'Poison steps',
        description: 'Steps per second that failed for good because workers kept dying with them.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('poisonSteps', TARGET)), 'poison')],
        limits: above(0.001, null),
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Group commit',
        description: 'Time to commit the results of a batch. High: the database is the bottleneck.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('commitDuration', TARGET)),
        limits: above(0.25, null),
        links: [toBoard('runtime')],
      }),
      lines({
        title: 'Runs in one commit',
        description: 'Average number of runs in a commit. It grows with the load.',
        unit: 'count',
        queries: [
          draw(
            share(perSecond(sumOf('commitRuns', TARGET)), perSecond(countOf('commitRuns', TARGET))),
            'mean',
          ),
        ],
      }),
    ]),
  ],
};
