import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { avg, count, max, orZero, rate, sum } from '@aio/slo/promql';
import { bucketsOf, countOf, select, selectForeign, sumOf } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard } from './shared/links.ts';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantiles, share } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
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
        span: 2,
        description:
          'From acceptance until a worker first claims the run. High: workers are busy, paused or gone.',
        unit: 'wholeSeconds',
        queries: quantiles(bucketsOf('runQueueTime', TARGET)),
        limits: above(SLOS.queueTime.boundSeconds, null),
      }),
    ]),
    charts('Work', 3, [
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
        title: 'Slots and work that ended',
        description:
          'Used slots, and seconds of finished work per second. Equal: work flows, and full ' +
          'slots mean too few slots. Slots far above for longer than a step takes: steps hold ' +
          'slots and do not end.',
        unit: 'count',
        queries: [draw(sum(slots('used')), 'slots used'), draw(endedWork, 'work that ended')],
        links: [toBoard('steps')],
      }),
    ]),
    charts('Leases', 4, [
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
        absent: 'none',
      }),
      lines({
        title: 'Poison steps',
        description: 'Steps per second that failed for good because workers kept dying with them.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('poisonSteps', TARGET)), 'poison')],
        limits: above(0.001, null),
        links: [toBoard('steps')],
        absent: 'none',
      }),
    ]),
    charts('Claims and commits', 3, [
      lines({
        title: 'Claims',
        description: 'Runs that workers claim per second, and claims that failed.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('runClaims', TARGET), ['outcome']), '{{outcome}}')],
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
