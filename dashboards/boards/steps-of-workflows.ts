import { divide } from '@aio/slo/promql';
import { bucketsOf, countOf, select, sumOf } from '@aio/catalog/metrics/select';
import { type Row, charts } from '@aio/boards/board';
import { toBoard, tracesAsSlow } from './shared/links.ts';
import { draw, lines, ranking } from '@aio/boards/panel';
import { perSecond, quantileOf, topTen } from '@aio/boards/queries';
import { WORKFLOW } from './shared/variables.ts';

const STEP = ['workflow', 'step'] as const;
const STEP_NAME = '{{workflow}}: {{step}}';
const secondsOfSteps = perSecond(sumOf('workflowStepTime', WORKFLOW), STEP);
const endsOfSteps = perSecond(countOf('workflowStepTime', WORKFLOW), STEP);
const failuresOfSteps = perSecond(select('workflowStepFailures', WORKFLOW), STEP);
const slow = [tracesAsSlow('aio-worker')];

/** Which step of which workflow is slow, uses slots, or fails. */
export const STEPS_OF_WORKFLOWS: Row = charts('By workflow and step, of the chosen workflows', 4, [
  lines({
    title: 'Execution, P95 by step',
    description:
      'The ten slowest steps at each moment, of kinds with a lane (http, llm). The buckets ' +
      'are wide, so the figure is rough. Dots of "Execution" open traces.',
    unit: 'seconds',
    queries: [
      draw(topTen(quantileOf(0.95, bucketsOf('workflowStepTime', WORKFLOW), STEP)), STEP_NAME),
    ],
    pointLinks: slow,
  }),
  ranking({
    title: 'Slowest steps',
    description: 'The ten steps with the longest average attempt now, of kinds with a lane.',
    unit: 'seconds',
    queries: [draw(topTen(divide(secondsOfSteps, endsOfSteps)), STEP_NAME)],
  }),
  ranking({
    title: 'Where slots go',
    description:
      'The ten steps with most seconds of finished execution per second: roughly the slots ' +
      'that they use.',
    unit: 'count',
    queries: [draw(topTen(secondsOfSteps), STEP_NAME)],
    links: [toBoard('queueAndWorkers')],
  }),
  ranking({
    title: 'Steps that fail most',
    description: 'The ten steps with most failed attempts per second, of all kinds.',
    unit: 'perSecond',
    queries: [draw(topTen(failuresOfSteps), STEP_NAME)],
  }),
]);
