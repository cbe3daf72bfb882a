import { divide } from '@aio/slo/promql';
import { countOf, select, sumOf } from '@aio/catalog/metrics/select';
import { type Row, charts } from '@aio/boards/board';
import { toBoard } from './shared/links.ts';
import { draw, ranking } from '@aio/boards/panel';
import { perSecond, topTen } from '@aio/boards/queries';
import { TARGET, WORKFLOW } from './shared/variables.ts';

const STEP = ['workflow', 'step'] as const;
const STEP_NAME = '{{workflow}}: {{step}}';
const secondsOfSteps = perSecond(sumOf('workflowStepTime', WORKFLOW), STEP);
const endsOfSteps = perSecond(countOf('workflowStepTime', WORKFLOW), STEP);
const secondsOfHosts = perSecond(sumOf('hostCalls', TARGET), ['host']);
const callsOfHosts = perSecond(countOf('hostCalls', TARGET), ['host']);
const failuresOfSteps = perSecond(select('workflowStepFailures', WORKFLOW), STEP);

/** Which step of which workflow is slow, uses slots, or fails. */
export const STEPS_OF_WORKFLOWS: Row = charts('By workflow and step, of the chosen workflows', 4, [
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
