import { LANE_KINDS } from '@aio/catalog/labels';
import { count, max, orZero, rate, sum, where } from '@aio/catalog/promql';
import { countOf, select, selectForeign, sumOf } from '@aio/catalog/select';
import { SLOS } from '@aio/catalog/slos';
import { type Board, charts, figures } from '../board.ts';
import { above, below } from '../limits.ts';
import { toBoard } from '../links.ts';
import { draw, lines, stat } from '../panel.ts';
import { INTERVAL, quantiles, share } from '../queries.ts';
import { TARGET } from '../variables.ts';
import { FULL_QUEUE } from './forecasts.ts';
import { verdict } from './verdict-tiles.ts';

/** Every replica of the API reports the same queue: the largest of the same figures, never their sum. */
const depth = (state: 'ready_steps' | 'queued_runs') =>
  max(select('queueDepth', { ...TARGET, state }), ['queue']);
const jobs = select('queueJobs', { ...TARGET, state: ['waiting', 'delayed', 'active'] });
const slots = (state: 'used' | 'free') => select('workerSlots', { ...TARGET, state });
const finds = rate(select('reconcilerFinds', TARGET), INTERVAL);
/** Seconds of work a second is slots held on average; the other kinds take none. */
const endedWork = sum(rate(sumOf('stepExecution', { ...TARGET, kind: LANE_KINDS }), INTERVAL));
const finished = rate(select('stepsFinished', { ...TARGET, kind: LANE_KINDS }), INTERVAL);
const throughput = rate(select('stepsFinished', { ...TARGET, job: 'worker' }), INTERVAL);

/** What waits for workers, and what workers do. */
export const QUEUE_AND_WORKERS: Board = {
  name: 'queueAndWorkers',
  description: 'Does work wait, are there workers with free slots for it, and do they stay alive?',
  next: ['steps', 'cost', 'runtime'],
  rows: [
    verdict('queueAndWorkers', 6, [
      stat({
        title: 'Oldest',
        description: 'How long what has waited longest has waited; 0 when nothing waits.',
        unit: 'seconds',
        queries: [draw(max(select('queueOldestAge', TARGET)), 'oldest')],
        limits: above(30, 300),
      }),
      stat({
        title: 'Workers up',
        description: 'Workers whose metrics Prometheus could read at its last scrape.',
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
          'Share of the slots of all workers. Full while steps wait: see "Slots and work that ended".',
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
        description: 'Steps that could start now, counted in PostgreSQL, over all queues.',
        unit: 'count',
        queries: [draw(sum(depth('ready_steps')), 'ready steps')],
        limits: above(1000, FULL_QUEUE),
      }),
      stat({
        title: 'Queued runs',
        description: 'Runs that no worker has claimed yet, over all queues.',
        unit: 'count',
        queries: [draw(sum(depth('queued_runs')), 'queued runs')],
        limits: above(1000, FULL_QUEUE),
      }),
      stat({
        title: 'Lease takeovers',
        description: 'Runs a second taken over from a worker that died or lost the database.',
        unit: 'perSecond',
        queries: [draw(sum(rate(select('leaseTakeovers', TARGET), INTERVAL)), 'takeovers')],
        limits: above(0.001, null),
      }),
    ]),
    charts('Queue', 3, [
      lines({
        title: 'Backlog',
        description:
          'What waits for a worker, by state. If it grows while slots are free, work does not reach the workers.',
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
          'What leaves each queue: runs of `default` that begin, steps and items of the others that end.',
        unit: 'perSecond',
        queries: [
          draw(sum(rate(countOf('runQueueTime', TARGET), INTERVAL)), 'default'),
          draw(sum(finished, ['kind']), '{{kind}}'),
        ],
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Expected wait',
        description:
          'How long what enters a queue now waits: what waits, by what workers began in the last minute. ' +
          'Autoscalers add workers by it. No line: the lane is paused. An hour is the most that it says.',
        unit: 'seconds',
        queries: [draw(max(select('queueExpectedWait', TARGET), ['queue']), '{{queue}}')],
        limits: above(30, 300),
      }),
      lines({
        title: 'Age of the oldest',
        description:
          'How long the oldest has waited. Rises by a second a second: nothing is taken.',
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
        queries: quantiles('runQueueTime', TARGET),
        limits: above(SLOS.queueTime.boundSeconds, null),
      }),
    ]),
    charts('Jobs', 2, [
      lines({
        title: 'Jobs in Redis',
        description:
          "BullMQ's own counts: runs in `default`, steps in every other lane. " +
          'Active: a worker has taken the job.',
        unit: 'count',
        queries: [
          draw(max(select('queueJobs', TARGET), ['queue', 'state']), '{{queue}}: {{state}}'),
        ],
      }),
      lines({
        title: 'Jobs and their rows',
        description:
          'What Redis has of each queue, and what PostgreSQL has that must have a job: alike but for ' +
          'moments. Fewer jobs were lost, and reconcilers send them again; more have outlived their rows.',
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
        description: 'Steps and items finished a second. One worker flat: it is stuck or gone.',
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
          'Slots used, and seconds of work that ended a second. Alike: work flows, full means too few ' +
          'slots. Slots far above for as long as a step usually takes: steps hold them and do not end.',
        unit: 'count',
        queries: [draw(sum(slots('used')), 'slots used'), draw(endedWork, 'work that ended')],
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Runs held by worker',
        description: 'Runs whose lease each worker holds; it decides for them.',
        unit: 'count',
        stacked: true,
        queries: [draw(sum(select('workerRunsHeld', TARGET), ['instance']), '{{instance}}')],
      }),
    ]),
    charts('Leases', 4, [
      lines({
        title: 'Claims',
        description:
          'Runs that workers claim a second, and claims that the database refuses (`failed`).',
        unit: 'perSecond',
        queries: [
          draw(sum(rate(select('runClaims', TARGET), INTERVAL), ['outcome']), '{{outcome}}'),
        ],
      }),
      lines({
        title: 'Takeovers and lost leases',
        description: 'Taken over from a dead worker; lost to one that went on in the meantime.',
        unit: 'perSecond',
        queries: [
          draw(sum(rate(select('leaseTakeovers', TARGET), INTERVAL)), 'taken over'),
          draw(sum(rate(select('leasesLost', TARGET), INTERVAL)), 'lost'),
        ],
        links: [toBoard('runtime')],
      }),
      lines({
        title: "Reconciler's finds",
        description:
          'What reconcilers find a second. `due` are timers, as it should be; `queued` and `ready_steps` are ' +
          'jobs that Redis did not have; `lease_expired` and `lost_attempts` are dead workers.',
        unit: 'perSecond',
        queries: [draw(sum(finds, ['find']), '{{find}}')],
      }),
      lines({
        title: 'Workers lost',
        description:
          'Workers that fell silent within the last hour without shutting down in order; by how many others each lost its runs.',
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
        description: 'Steps a second failed for good because workers kept dying with them.',
        unit: 'perSecond',
        queries: [draw(sum(rate(select('poisonSteps', TARGET), INTERVAL)), 'poison')],
        limits: above(0.001, null),
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Group commit',
        description: 'Time to commit the results of a batch. High: the database is the brake.',
        unit: 'seconds',
        queries: quantiles('commitDuration', TARGET),
        limits: above(0.25, null),
        links: [toBoard('runtime')],
      }),
      lines({
        title: 'Runs in one commit',
        description: 'How many runs share a commit on average: the more load, the more share.',
        unit: 'count',
        queries: [
          draw(
            share(
              sum(rate(sumOf('commitRuns', TARGET), INTERVAL)),
              sum(rate(countOf('commitRuns', TARGET), INTERVAL)),
            ),
            'mean',
          ),
        ],
      }),
    ]),
  ],
};
