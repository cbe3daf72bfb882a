import type { Definition, Shape } from '@aio/tools/system/definition';
import { createRandomDag } from '../../workflows/random-dag.ts';
import {
  chain,
  diamond,
  fan,
  SIMULATOR_INPUT,
  toNoOpWorkflow,
  workUrl,
} from '../../workflows/shapes.ts';

/** Start of the names of all load test workflows. */
const PREFIX = 'load-';
const SEED = 7;

/** The workflow of most scenarios: HTTP calls, and steps that only compute. */
export const REQUEST: Definition = {
  name: `${PREFIX}request`,
  description: 'Fetches, scores and checks in parallel, decides, notifies.',
  input: SIMULATOR_INPUT,
  steps: {
    fetch: { type: 'http', with: { url: `${workUrl(10)}&bytes=200` } },
    score: { type: 'transform', needs: ['fetch'], with: { value: 7 } },
    check: { type: 'http', needs: ['fetch'], with: { url: workUrl(5) } },
    decide: { type: 'transform', needs: ['score', 'check'], with: { value: true } },
    notify: { type: 'http', needs: ['decide'], with: { url: workUrl(5), method: 'POST' } },
  },
};

/** Starts from its page, with a click and without input. */
export const JOURNEY: Definition = {
  name: `${PREFIX}journey`,
  description: 'Started by the browser check.',
  steps: { greet: { type: 'transform', with: { value: 'Hello' } } },
};

/** Only the simulator knows this model. At a real vendor, the call fails and costs nothing. */
export const QUESTION: Definition = {
  name: `${PREFIX}question`,
  description: 'Asks a model, with up to six attempts.',
  input: { type: 'object', required: ['question'], properties: { question: { type: 'string' } } },
  steps: {
    ask: {
      type: 'llm',
      with: { model: 'openai/load-test', prompt: '${{ input.question }}' },
      timeout: '5s',
      retry: { maxAttempts: 6, delay: '200ms' },
    },
    keep: { type: 'transform', needs: ['ask'], with: { value: true } },
  },
};

/** One step that waits for an event with the key of the run's input. */
export const LISTENED: Definition = {
  name: `${PREFIX}listened`,
  input: { type: 'object', required: ['key'], properties: { key: { type: 'string' } } },
  timeout: '1h',
  steps: {
    hold: { type: 'wait', with: { event: 'load.go', key: '${{ input.key }}' }, timeout: '1h' },
  },
};

const NO_OP_SHAPES: Readonly<Record<string, Shape>> = {
  'chain-20': chain(20),
  'fan-50': fan(50),
  diamond: diamond(),
  'random-100': createRandomDag({ seed: SEED, steps: 100 }),
};

/** Steps that do nothing, so that only the shape costs time. */
export const SHAPES: Definition[] = Object.entries(NO_OP_SHAPES).map(([name, shape]) =>
  toNoOpWorkflow(`${PREFIX}${name}`, shape),
);

/** A recorded workflow, renamed for load tests. */
export function asRecorded(definition: Definition): Definition {
  return { ...definition, name: `${PREFIX}${definition.name}`.slice(0, 63) };
}
