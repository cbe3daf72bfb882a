import { rate, sum } from '@aio/slo/promql';
import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { bucketsOf, select } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, lines, stat } from '@aio/boards/panel';
import { INTERVAL, quantileOf, quantiles, share } from '@aio/boards/queries';
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
    verdict([
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
    charts('Waiting against working', 2, [
      lines({
        title: 'Queue time, P95 by kind',
        description: 'Lane steps, from ready to started. All kinds high: workers are busy or gone.',
        unit: 'wholeSeconds',
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
        unit: 'wholeSeconds',
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
        absent: 'none',
      }),
      lines({
        title: 'Failures by type of error',
        description: 'Failed attempts per second, by error code. Empty if none failed.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(failures, ['error_type']), '{{error_type}}')],
        absent: 'none',
      }),
    ]),
  ],
};
