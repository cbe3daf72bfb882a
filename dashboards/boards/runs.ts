import { max, rate, sum } from '@aio/slo/promql';
import { bucketsOf, select } from '@aio/catalog/metrics/select';
import { SLOS } from '@aio/catalog/objectives/slos';
import { errorBudget } from '@aio/slo/slo';
import { charts } from '@aio/boards/board';
import type { Board } from './shared/board.ts';
import { above, below } from '@aio/boards/limits';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, heatmap, lines, stat } from '@aio/boards/panel';
import { INTERVAL, buckets, perSecond, quantileOf, quantiles, share } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';
import { verdict } from './verdict-tiles.ts';

/** Of all workflows: these series exist before the first run of a workflow. */
const finished = rate(select('runsEnded', TARGET), INTERVAL);
const runsThat = (...outcome: readonly ('succeeded' | 'failed')[]) =>
  perSecond(select('runsEnded', { ...TARGET, outcome }));
const submitted = rate(select('runsSubmitted', WORKFLOW), INTERVAL);
const failed = rate(select('workflowRunsEnded', { ...WORKFLOW, outcome: 'failed' }), INTERVAL);
const decided = rate(
  select('workflowRunsEnded', { ...WORKFLOW, outcome: ['succeeded', 'failed'] }),
  INTERVAL,
);
const activeIn = (state: 'running' | 'waiting') => max(select('activeRuns', { ...TARGET, state }));
const held = sum(select('workerRunsHeld', TARGET));

const { objective } = SLOS.runSuccess;
const slow = [tracesAsSlow('aio-worker')];

/** Starts, ends and durations of runs. */
export const RUNS: Board = {
  name: 'runs',
  description:
    'Do runs start, succeed and end in time? Which workflow does not, and is a run stuck?',
  next: ['steps', 'queueAndWorkers'],
  rows: [
    verdict([
      stat({
        title: 'Success rate',
        description: 'Runs that succeeded, of those that succeeded or failed, of all workflows.',
        unit: 'share',
        queries: [draw(share(runsThat('succeeded'), runsThat('succeeded', 'failed')), 'success')],
        limits: below(objective, 1 - errorBudget(SLOS.runSuccess) * 4),
        links: [toBoard('steps')],
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
    charts('Started and finished', 3, [
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
        title: 'Started by workflow',
        description: 'Runs accepted per second: where the load comes from.',
        unit: 'perSecond',
        stacked: true,
        queries: [draw(sum(submitted, ['workflow']), '{{workflow}}')],
      }),
      lines({
        title: 'Active by state',
        description: 'Runs that have started and not ended, of all workflows.',
        unit: 'count',
        stacked: true,
        queries: [draw(max(select('activeRuns', TARGET), ['state']), '{{state}}')],
      }),
    ]),
    charts('Success', 2, [
      lines({
        title: 'Failure rate by workflow',
        description: 'Failed / (succeeded + failed). If one workflow is high, look at its steps.',
        unit: 'share',
        max: 1,
        queries: [
          draw(share(sum(failed, ['workflow']), sum(decided, ['workflow'])), '{{workflow}}'),
        ],
        limits: above(errorBudget(SLOS.runSuccess), null),
        absent: 'none',
        links: [toBoard('steps')],
      }),
      lines({
        title: 'Failed by workflow',
        description: 'Runs that failed per second.',
        unit: 'perSecond',
        queries: [draw(sum(failed, ['workflow']), '{{workflow}}')],
        links: [toBoard('steps')],
        absent: 'none',
      }),
    ]),
    charts('Duration', 3, [
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
      heatmap({
        title: 'Duration, all runs',
        description: 'How many runs took how long.',
        unit: 'seconds',
        queries: [buckets(bucketsOf('runDuration', WORKFLOW))],
      }),
    ]),
    charts('In progress', 2, [
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
      lines({
        title: 'Running against held',
        description:
          'Runs that are running, and runs that a worker holds. A worker releases a run whose ' +
          'lane steps take a second or more. If workers hold no runs, they are gone.',
        unit: 'count',
        queries: [draw(activeIn('running'), 'running'), draw(held, 'held by workers')],
        links: [toBoard('queueAndWorkers')],
      }),
    ]),
  ],
};
