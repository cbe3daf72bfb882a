import type { Definition, Shape } from '../../lib/definition.ts';
import { createRandomDag } from '../../lib/random-dag.ts';
import { chain, diamond, fan, toNoOpWorkflow } from '../../lib/shapes.ts';
import { SIMULATOR_INPUT, workUrl } from '../../lib/simulator-work.ts';

/** The names of all workflows of load tests begin like this. */
const PREFIX = 'load-';
const SEED = 7;

/** What most scenarios submit: calls to the outside, and steps that only compute. */
export const REQUEST: Definition = {
  name: `${PREFIX}request`,
  description: 'Fetches, scores and checks at once, decides, notifies.',
  input: SIMULATOR_INPUT,
  steps: {
    fetch: { type: 'http', with: { url: `${workUrl(10)}&bytes=200` } },
    score: { type: 'transform', needs: ['fetch'], with: { value: 7 } },
    check: { type: 'http', needs: ['fetch'], with: { url: workUrl(5) } },
    decide: { type: 'transform', needs: ['score', 'check'], with: { value: true } },
    notify: { type: 'http', needs: ['decide'], with: { url: workUrl(5), method: 'POST' } },
  },
};

/** Started from its page, with a click and no input. */
export const JOURNEY: Definition = {
  name: `${PREFIX}journey`,
  description: 'What the check in a browser starts.',
  steps: { greet: { type: 'transform', with: { value: 'Hello' } } },
};

/** A model that only the simulator knows: where a real vendor is asked, it costs nothing and fails. */
export const QUESTION: Definition = {
  name: `${PREFIX}question`,
  description: 'Asks a model, as often as it takes.',
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

/** One step that waits until somebody posts the event, which is keyed by the run's input. */
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

/** A recorded workflow under a name of load tests. */
export function asRecorded(definition: Definition): Definition {
  return { ...definition, name: `${PREFIX}${definition.name}`.slice(0, 63) };
}
