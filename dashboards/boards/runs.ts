import { LANE_KINDS } from '@aio/catalog/metrics/labels';
import { divide, max, rate, sum } from '@aio/slo/promql';
import { bucketsOf, countOf, select, sumOf } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, lines, ranking, stat } from '@aio/boards/panel';
import { INTERVAL, perSecond, quantileOf, quantiles, share, topTen } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

/** Of all workflows: these series exist before the first run of a workflow. */
const finished = rate(select('runsEnded', TARGET), INTERVAL);
const runsThat = (...outcome: readonly ('succeeded' | 'failed')[]) =>
  perSecond(select('runsEnded', { ...TARGET, outcome }));
const failed = rate(select('workflowRunsEnded', { ...WORKFLOW, outcome: 'failed' }), INTERVAL);
/** Other kinds start as soon as they are ready and would dilute the figures. */
const LANES = { ...TARGET, kind: LANE_KINDS } as const;
const STEP = ['workflow', 'step'] as const;
const STEP_NAME = '{{workflow}}: {{step}}';
const secondsOfSteps = perSecond(sumOf('workflowStepTime', WORKFLOW), STEP);
const endsOfSteps = perSecond(countOf('workflowStepTime', WORKFLOW), STEP);
const secondsOfHosts = perSecond(sumOf('hostCalls', TARGET), ['host']);
const callsOfHosts = perSecond(countOf('hostCalls', TARGET), ['host']);

const { objective } = SLOS.runSuccess;
const slow = [tracesAsSlow('aio-worker')];

/** Starts, ends and durations of runs, and where the time of their steps goes. */
export const RUNS: Board = {
  name: 'runs',
  description: 'Do runs succeed and end in time? Which step of which workflow does not, and why?',
  next: ['queueAndWorkers', 'cost'],
  rows: [
    verdict([
      stat({
        title: 'Success rate',
        description: 'Runs that succeeded, of those that succeeded or failed, of all workflows.',
        unit: 'share',
        queries: [draw(share(runsThat('succeeded'), runsThat('succeeded', 'failed')), 'success')],
        limits: below(objective, 1 - errorBudget(SLOS.runSuccess) * 4),
      }),
      stat({
        title: 'Stuck',
        description: 'Started runs that no worker processes although one should.',
        unit: 'count',
        queries: [draw(sum(max(select('stuckRuns', TARGET), ['reason'])), 'stuck')],
        limits: above(1, 10),
        links: [toBoard('queueAndWorkers')],
      }),
    ]),
    charts('Runs', 3, [
      lines({
        title: 'Finished by outcome',
        description:
          'Runs of all workflows that ended per second, by outcome. `rejected`: a person said no, ' +
          'which is no failure.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(finished, ['outcome']), '{{outcome}}')],
      }),
      lines({
        title: 'Active by state',
        description: 'Runs that have started and not ended, of all workflows.',
        unit: 'count',
        stacked: true,
        queries: [draw(max(select('activeRuns', TARGET), ['state']), '{{state}}')],
      }),
      lines({
        title: 'Failed by workflow',
        description: 'Runs that failed per second.',
        unit: 'perSecond',
        queries: [draw(sum(failed, ['workflow']), '{{workflow}}')],
        absent: 'none',
      }),
      lines({
        title: 'Duration',
        description:
          'From acceptance to the end, including waits for people and timers. Dots open runs.',
        unit: 'wholeSeconds',
        queries: quantiles(bucketsOf('runDuration', WORKFLOW)),
        pointLinks: slow,
      }),
      lines({
        title: 'P95 by workflow',
        description: 'Logarithmic axis, because workflows take from milliseconds to days.',
        unit: 'wholeSeconds',
        logarithmic: true,
        queries: [
          draw(quantileOf(0.95, bucketsOf('runDuration', WORKFLOW), ['workflow']), '{{workflow}}'),
        ],
        pointLinks: slow,
      }),
      lines({
        title: 'Stuck runs',
        description:
          'Started runs that no worker processes: they want a worker (`unclaimed`), their lease ' +
          'expired (`lease_expired`), or they are past their time limit (`overdue`).',
        unit: 'count',
        queries: [draw(max(select('stuckRuns', TARGET), ['reason']), '{{reason}}')],
        limits: above(1, null),
        links: [toBoard('queueAndWorkers')],
        absent: 'none',
      }),
    ]),
    charts('Steps', 3, [
      lines({
        title: 'Queue time, P95 by kind',
        description: 'Lane steps, from ready to started. All kinds high: workers are busy or gone.',
        unit: 'wholeSeconds',
        queries: [draw(quantileOf(0.95, bucketsOf('stepQueueTime', LANES), ['kind']), '{{kind}}')],
        limits: above(SLOS.queueTime.boundSeconds, null),
        links: [toBoard('queueAndWorkers')],
        pointLinks: slow,
      }),
      lines({
        title: 'Execution, P95 by kind',
        description:
          'From started to finished. One kind high: the services that it calls are slow.',
        unit: 'seconds',
        queries: [draw(quantileOf(0.95, bucketsOf('stepExecution', TARGET), ['kind']), '{{kind}}')],
        links: [toBoard('cost')],
        pointLinks: slow,
      }),
      lines({
        title: 'Failures by type of error',
        description: 'Failed attempts per second, by error code. Empty if none failed.',
        unit: 'perSecond',
        stacked: true,
        queries: [
          draw(perSecond(select('stepFailures', TARGET), ['error_type']), '{{error_type}}'),
        ],
        absent: 'none',
      }),
      ranking({
        title: 'Slowest steps',
        description: 'The ten steps with the longest average attempt now, of kinds with a lane.',
        unit: 'seconds',
        queries: [draw(topTen(divide(secondsOfSteps, endsOfSteps)), STEP_NAME)],
      }),
      ranking({
        title: 'Calls by host',
        description:
          'The ten hosts that answer http and llm steps most slowly now, on average until the end of the answer.',
        unit: 'seconds',
        queries: [draw(topTen(divide(secondsOfHosts, callsOfHosts)), '{{host}}')],
      }),
      ranking({
        title: 'Steps that fail most',
        description: 'The ten steps with most failed attempts per second, of all kinds.',
        unit: 'perSecond',
        queries: [
          draw(topTen(perSecond(select('workflowStepFailures', WORKFLOW), STEP)), STEP_NAME),
        ],
      }),
    ]),
  ],
};
