import type { Definition, ItemStepDefinition, StepDefinition } from '@aio/tools/system/definition';
import { APPROVAL_MESSAGES, createMixedWorkflow } from '../../../bed/mixed-workflow.ts';
import { SIMULATOR_INPUT, workUrl } from '@aio/loadtest/workflows/shapes';

/** Text of the approval of `asks`, which is never decided. */
export const UNDECIDED = 'please wait';
/** Event that `everything` waits for; its key is the run's id. */
export const AWAITED_EVENT = 'verify.awaited';
/** Key of the simulator's calls that end only when their run is cancelled. */
export const HELD = 'verify';
/** Steps per run of `stops`. */
export const HELD_CALLS = 3;

/** A secret that workers cannot decrypt. */
export const FORGOTTEN_SECRET = 'forgotten';

const MODELS = ['openai/gpt-6-luna', 'anthropic/claude-haiku-5-5'] as const;
/** More failing calls than any retry policy makes. */
const ALWAYS = 1_000_000;

const define = (name: string, steps: Definition['steps']): Definition => ({
  name,
  input: SIMULATOR_INPUT,
  steps,
});

const call = (query: string): ItemStepDefinition => ({
  type: 'http',
  with: { url: `${workUrl(5)}${query}` },
});

const askModel = (model: string, more: object = {}): StepDefinition => ({
  type: 'llm',
  with: { model, prompt: 'Say something.', maxTokens: 48, temperature: 0.5, ...more },
  retry: { maxAttempts: 3, delay: '50ms' },
  timeout: '10s',
  onFailure: 'continue',
});

const HOLD: ItemStepDefinition = { ...call(`&hold=${HELD}`), timeout: '5m' };

const childOf = ({ name }: Definition): ItemStepDefinition => ({
  type: 'workflow',
  with: { workflow: name, input: { simulator: '${{ input.simulator }}' } },
});

export const LEAF = define('leaf', { fetch: call(''), last: { ...call(''), needs: ['fetch'] } });

/** Has every kind of step, and every outcome of a step except cancelled. */
export const EVERYTHING = define('everything', {
  fetch: call(''),
  shape: { type: 'transform', needs: ['fetch'], with: { value: '${{ steps.fetch.status }}' } },
  pause: { type: 'delay', needs: ['fetch'], with: { duration: '60ms' } },
  each: {
    type: 'map',
    needs: ['fetch'],
    over: [1, 2, 3, 4, 5],
    step: { type: 'http', with: { url: workUrl(10) } },
  },
  // Too large to be kept in memory.
  long: { type: 'transform', with: { value: 'long '.repeat(8_000) } },
  measure: {
    type: 'transform',
    needs: ['long'],
    with: { value: '${{ size(steps.long.output) }}' },
  },
  child: childOf(LEAF),
  awaitEvent: { type: 'wait', with: { event: AWAITED_EVENT, key: '${{ run.id }}' } },
  agree: { type: 'approval', with: { message: APPROVAL_MESSAGES.approved } },
  refuse: {
    type: 'approval',
    with: { message: APPROVAL_MESSAGES.rejected },
    onFailure: 'continue',
  },
  agreeEach: {
    type: 'map',
    over: [1, 2],
    step: { type: 'approval', with: { message: APPROVAL_MESSAGES.approved } },
  },
  never: { ...call(''), if: 'input.simulator == "nowhere"' },
  again: { ...call('&fail=1'), retry: { maxAttempts: 3, delay: '20ms' } },
  inVain: {
    ...call(`&fail=${ALWAYS}`),
    retry: { maxAttempts: 2, delay: '20ms', backoff: 'constant' },
    onFailure: 'continue',
  },
  eachInVain: {
    type: 'map',
    over: [1, 2],
    step: call(`&fail=${ALWAYS}`),
    onFailure: 'continue',
  },
  tooLong: {
    type: 'http',
    with: { url: workUrl(500) },
    timeout: '100ms',
    onFailure: 'continue',
  },
});

/** Many steps at once, so that several workers execute them. */
const WIDE = define('wide', {
  each: {
    type: 'map',
    over: Array.from({ length: 200 }, (_, index) => index),
    concurrency: 200,
    step: { type: 'http', with: { url: workUrl(60) } },
  },
});

/** A structured answer. */
const IN_JSON = {
  schema: {
    type: 'object',
    properties: { said: { type: 'string' } },
    required: ['said'],
    additionalProperties: false,
  },
};

export const MODEL_CALLS = define('models', {
  ...Object.fromEntries(MODELS.map((model, index) => [`ask${index}`, askModel(model)])),
  read: askModel(MODELS[0], IN_JSON),
});

/** Their runs fail, wait for a person, or are cancelled. */
export const FAILS = define('fails', {
  fetch: call(''),
  vain: { ...call(`&fail=${ALWAYS}`), needs: ['fetch'] },
  parallel: { type: 'http', with: { url: workUrl(5000) } },
  never: { ...call(''), needs: ['vain'] },
});
export const UNREADABLE = define('unreadable', {
  call: {
    type: 'http',
    with: {
      url: workUrl(5),
      headers: { authorization: `Bearer \${{ secrets.${FORGOTTEN_SECRET} }}` },
    },
  },
});
export const ASKS = define('asks', { ask: { type: 'approval', with: { message: UNDECIDED } } });
export const STOPS = define('stops', {
  held: HOLD,
  each: { type: 'map', over: [1, 2], step: HOLD },
  asked: { type: 'approval', with: { message: UNDECIDED } },
  child: childOf(ASKS),
  later: { ...call(''), needs: ['held'] },
});

/** Workflows with seeded shapes, see loadtest. */
const MIXED = [11, 12, 13].map(
  (seed) => createMixedWorkflow({ name: `mixed-${seed}`, seed, steps: 14 }).definition,
);

/** Ordered so that a workflow comes after those that it names. */
export const WORKFLOWS: readonly Definition[] = [
  LEAF,
  EVERYTHING,
  WIDE,
  MODEL_CALLS,
  FAILS,
  UNREADABLE,
  ASKS,
  STOPS,
  ...MIXED,
];

/** Workflows whose runs end without help, one entry per run. */
export const BURST: readonly Definition[] = [
  ...times(6, EVERYTHING),
  ...MIXED.flatMap((mixed) => times(2, mixed)),
  ...times(4, FAILS),
  ...times(2, UNREADABLE),
  ...times(2, WIDE),
  ...times(6, LEAF),
];

function times(count: number, definition: Definition): Definition[] {
  return Array.from({ length: count }, () => definition);
}
