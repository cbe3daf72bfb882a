import { rate, sum } from '@aio/slo/promql';
import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { bucketsOf, select, sumOf } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { charts, figures } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, heatmap, lines, ranking, stat } from '@aio/boards/panel';
import {
  INTERVAL,
  buckets,
  perSecond,
  quantileOf,
  quantiles,
  share,
  topTen,
} from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';
import { STEPS_OF_WORKFLOWS } from './steps-of-workflows.ts';
import { verdict } from './verdict-tiles.ts';

const attempts = rate(select('stepAttempts', TARGET), INTERVAL);
const attemptsThat = (outcome: 'failed' | 'worker_lost') =>
  rate(select('stepAttempts', { ...TARGET, outcome }), INTERVAL);
const retries = rate(select('stepRetries', TARGET), INTERVAL);
const failures = rate(select('stepFailures', TARGET), INTERVAL);
/** Other kinds start as soon as they are ready and would dilute the figures. */
const LANES = { ...TARGET, kind: LANE_KINDS } as const;

const waitBound = SLOS.queueTime.boundSeconds;
const slow = [tracesAsSlow('aio-worker')];

/** Where the time of steps goes, and why attempts fail. */
export const STEPS: Board = {
  name: 'steps',
  description: 'Do steps wait or work? Which step of which workflow is slow or fails, and why?',
  next: ['llm', 'queueAndWorkers'],
  rows: [
    verdict('steps', 6, [
      stat({
        title: 'P95 queue time',
        description:
          'Lane steps, from ready to started. High: too few slots; see the board of queue and ' +
          'workers.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, bucketsOf('stepQueueTime', LANES)), 'P95')],
        limits: above(waitBound, waitBound * 4),
        links: [toBoard('queueAndWorkers')],
      }),
      stat({
        title: 'Failed attempts',
        description: 'Share of attempts that failed. The step may still succeed on a retry.',
        unit: 'share',
        queries: [draw(share(sum(attemptsThat('failed')), sum(attempts)), 'failed')],
        limits: above(0.05, 0.25),
      }),
      stat({
        title: 'Retry rate',
        description: 'Retries per attempt that ended. Many at once overload the called service.',
        unit: 'share',
        queries: [draw(share(sum(retries), sum(attempts)), 'retries')],
        limits: above(0.1, 0.5),
      }),
    ]),
    figures('Now', [
      stat({
        title: 'Attempts',
        description: 'Attempts that ended per second.',
        unit: 'perSecond',
        queries: [draw(sum(attempts), 'attempts')],
      }),
      stat({
        title: 'P95 execution',
        description:
          'From started to finished, of attempts that ended. High: the services that steps call ' +
          'are slow.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, bucketsOf('stepExecution', TARGET)), 'P95')],
      }),
      stat({
        title: 'Lost with a worker',
        description: 'Attempts per second whose worker died. AIO repeats them.',
        unit: 'perSecond',
        queries: [draw(sum(attemptsThat('worker_lost')), 'lost')],
        limits: above(0.001, null),
        links: [toBoard('queueAndWorkers')],
      }),
    ]),
    charts('Waiting against working', 2, [
      lines({
        title: 'Queue time, P95 by kind',
        description: 'Lane steps, from ready to started. All kinds high: workers are busy or gone.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, bucketsOf('stepQueueTime', LANES), ['kind']), '{{kind}}')],
        limits: above(waitBound, null),
        links: [toBoard('queueAndWorkers')],
        pointLinks: slow,
      }),
      lines({
        title: 'Execution, P95 by kind',
        description:
          'From started to finished. One kind high: the services that it calls are slow.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, bucketsOf('stepExecution', TARGET), ['kind']), '{{kind}}')],
        links: [toBoard('llm')],
        pointLinks: slow,
      }),
      lines({
        title: 'Queue time',
        description: 'Lane steps, from ready to started. Dots open the trace of a step.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('stepQueueTime', LANES)),
        limits: above(waitBound, null),
        pointLinks: slow,
      }),
      lines({
        title: 'Execution',
        description: 'From started to finished, all kinds. Dots open the trace of a step.',
        unit: 'seconds',
        queries: quantiles(bucketsOf('stepExecution', TARGET)),
        pointLinks: slow,
      }),
    ]),
    STEPS_OF_WORKFLOWS,
    charts('Where the time goes', 3, [
      lines({
        title: 'Waiting and working',
        description:
          'Seconds that steps waited and executed, per second. Counted when an attempt starts ' +
          'and ends; open waits and attempts are missing.',
        unit: 'count',
        stacked: true,
        queries: [
          draw(perSecond(sumOf('stepExecution', TARGET)), 'executing'),
          draw(perSecond(sumOf('stepQueueTime', LANES)), 'in the queue'),
        ],
      }),
      lines({
        title: 'Working by kind',
        description:
          'Seconds of finished execution per second. For kinds with a lane, this is roughly the ' +
          'number of used slots; other kinds use none.',
        unit: 'count',
        stacked: true,
        queries: [draw(perSecond(sumOf('stepExecution', TARGET), ['kind']), '{{kind}}')],
      }),
      heatmap({
        title: 'Execution, all attempts',
        description: 'How many attempts took how long.',
        unit: 'seconds',
        queries: [buckets(bucketsOf('stepExecution', TARGET))],
      }),
    ]),
    charts('Attempts and retries', 3, [
      lines({
        title: 'Attempts by outcome',
        description:
          'Attempts that ended per second. AIO repeats attempts that end as `worker_lost`.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(attempts, ['outcome']), '{{outcome}}')],
      }),
      lines({
        title: 'Retries',
        description: 'Failed attempts per second that were retried, by step kind.',
        unit: 'perSecond',
        queries: [draw(sum(retries, ['kind']), '{{kind}}')],
      }),
      lines({
        title: 'Steps finished by status',
        description: 'Steps and map items that ended per second.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(perSecond(select('stepsFinished', TARGET), ['status']), '{{status}}')],
      }),
    ]),
    charts('Failures', 3, [
      lines({
        title: 'Failures by type of error',
        description: 'Failed attempts per second, by error code. Empty if none failed.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(failures, ['error_type']), '{{error_type}}')],
      }),
      ranking({
        title: 'What fails most',
        description: 'The ten most frequent pairs of step kind and error now.',
        unit: 'perSecond',
        queries: [draw(topTen(sum(failures, ['kind', 'error_type'])), '{{kind}}: {{error_type}}')],
      }),
      lines({
        title: 'Failed attempts by kind',
        description: 'Share of attempts that failed, by step kind.',
        unit: 'share',
        max: 1,
        queries: [
          draw(share(sum(attemptsThat('failed'), ['kind']), sum(attempts, ['kind'])), '{{kind}}'),
        ],
        limits: above(0.05, null),
        links: [toBoard('llm')],
      }),
    ]),
    charts('Refused before the call', 2, [
      lines({
        title: 'Addresses refused',
        description:
          'Calls of http steps per second that workers refused, because the address is not ' +
          'public.',
        unit: 'perSecond',
        queries: [draw(perSecond(select('addressesRefused', TARGET), ['range']), '{{range}}')],
      }),
      lines({
        title: 'Secrets not decrypted',
        description:
          'Failed attempts per second that named a secret whose key the workers lack, or whose ' +
          'row was changed.',
        unit: 'perSecond',
        queries: [
          draw(
            perSecond(select('stepFailures', { ...TARGET, error_type: 'secret_unreadable' })),
            'attempts',
          ),
        ],
        limits: above(null, 0.001),
      }),
    ]),
  ],
};
