/**
 * Random workflows with most kinds of step, conditions, joins, retries and failures. The generator predicts
 * how each step ends, so that a drill can judge the engine step by step.
 */

import type {
  Definition,
  ItemStepDefinition,
  Join,
  Shape,
  StepDefinition,
  StepWork,
} from '@aio/tools/system/definition';
import { createRandomDag } from '@aio/loadtest/workflows/random-dag';
import { createRandom, type Random } from '@aio/loadtest/workflows/random';
import { SIMULATOR_INPUT, stepName, workUrl } from '@aio/loadtest/workflows/shapes';

export type StepEnd = 'succeeded' | 'failed' | 'skipped';

interface MixedWorkflow {
  definition: Definition;
  expected: ExpectedRun;
}

export interface ExpectedRun {
  status: 'succeeded' | 'failed';
  /** How each step ends; null if the run fails, because that stops other steps at any point. */
  steps: Map<string, StepEnd> | null;
  /** Number of items by map step that runs. */
  items: Map<string, number>;
}

/** Input that the conditions compare with. */
const LEVEL = 5;

/**
 * Makes a workflow determined by the seed. One in ten has a step that fails the run.
 * @param options.name workflow name, also used in prompts so that they differ
 */
export function createMixedWorkflow(options: {
  name: string;
  seed: number;
  steps: number;
}): MixedWorkflow {
  const random = createRandom(options.seed);
  const shape = createRandomDag({ seed: options.seed, steps: options.steps });
  const places = shape.map((parents) => drawPlace(parents, random));
  const works = shape.map((parents, index) =>
    drawWork(random, `step ${index} of ${options.name}`, parents.map(stepName)),
  );
  const fatal = random.chance(0.1) ? random.int(0, shape.length - 1) : -1;
  if (fatal >= 0) works[fatal] = FAILS;
  const steps = works.map(({ step }, index) => [
    stepName(index),
    { ...step, ...places[index]?.fields } as StepDefinition,
  ]);
  return {
    definition: {
      name: options.name,
      input: { ...SIMULATOR_INPUT, required: ['simulator', 'level'] },
      steps: Object.fromEntries(steps),
    },
    expected: predict(shape, places, works, fatal),
  };
}

/** Input of a run of a mixed workflow. */
export function mixedInput(simulator: string): Record<string, unknown> {
  return { simulator, level: LEVEL };
}

interface DrawnPlace {
  fields: { needs: string[]; if?: string; join?: Join };
  join: Join;
  conditionHolds: boolean;
}

function drawPlace(parents: readonly number[], random: Random): DrawnPlace {
  const join = random.pick<Join>([
    'all_succeeded',
    'none_failed',
    'all_settled',
    'all_settled',
    'all_settled',
  ]);
  const above = random.chance(0.08) ? random.int(1, 9) : null;
  return {
    fields: {
      needs: parents.map(stepName),
      ...(join !== 'all_succeeded' && { join }),
      ...(above !== null && { if: `\${{ input.level > ${above} }}` }),
    },
    join,
    conditionHolds: above === null || LEVEL > above,
  };
}

/** Predicts the ends with a second, simple implementation of the rules. */
function predict(
  shape: Shape,
  places: readonly DrawnPlace[],
  works: readonly DrawnWork[],
  fatal: number,
): ExpectedRun {
  const ends: StepEnd[] = [];
  for (const [index, parents] of shape.entries()) {
    const { join, conditionHolds } = places[index] as DrawnPlace;
    const runs = joinHolds(
      join,
      parents.map((parent) => ends[parent] as StepEnd),
    );
    ends.push(runs && conditionHolds ? (works[index] as DrawnWork).end : 'skipped');
  }
  const failsRun = fatal >= 0 && ends[fatal] === 'failed';
  const items = ends.flatMap((end, index): [string, number][] => {
    const count = works[index]?.items ?? null;
    return end === 'skipped' || count === null ? [] : [[stepName(index), count]];
  });
  return {
    status: failsRun ? 'failed' : 'succeeded',
    steps: failsRun ? null : new Map(ends.map((end, index) => [stepName(index), end])),
    items: new Map(failsRun ? [] : items),
  };
}

function joinHolds(join: Join, parents: readonly StepEnd[]): boolean {
  if (join === 'all_settled') return true;
  if (join === 'none_failed') return !parents.includes('failed');
  return parents.every((end) => end === 'succeeded');
}

interface DrawnWork {
  step: StepWork;
  /** How the step ends if it runs. */
  end: 'succeeded' | 'failed';
  /** Number of map items; null = no map. */
  items: number | null;
}

/** Messages of approvals. The load decides each as its message says. */
export const APPROVAL_MESSAGES = { approved: 'please approve', rejected: 'please reject' } as const;

/** More failures than any retry has attempts. */
const ALWAYS = 1_000_000;

type Draw = (random: Random, label: string, parents: readonly string[]) => DrawnWork;

const SUCCEEDS = { end: 'succeeded', items: null } as const;

/** Fails its run. */
const FAILS: DrawnWork = {
  step: { type: 'http', with: { url: failingUrl(5, ALWAYS) } },
  end: 'failed',
  items: null,
};

/** Each entry has the same probability; repeat one to make it more frequent. */
const DRAWS: readonly Draw[] = [
  call,
  call,
  call,
  callAgain,
  callInVain,
  compute,
  compute,
  compute,
  ask,
  ask,
  mapItems,
  mapItems,
  wait,
  wait,
  approve,
];

const drawWork: Draw = (random, label, parents) => random.pick(DRAWS)(random, label, parents);

function call(random: Random): DrawnWork {
  return { step: { type: 'http', with: { url: workUrl(random.int(1, 120)) } }, ...SUCCEEDS };
}

function callAgain(random: Random): DrawnWork {
  const retry = { maxAttempts: 4, delay: '50ms' };
  const url = failingUrl(random.int(1, 60), random.int(1, 2));
  return { step: { type: 'http', with: { url }, retry }, ...SUCCEEDS };
}

function callInVain(random: Random): DrawnWork {
  const retry = { maxAttempts: 2, backoff: 'constant', delay: '20ms' } as const;
  const url = failingUrl(random.int(1, 30), ALWAYS);
  return {
    step: { type: 'http', with: { url }, retry, onFailure: 'continue' },
    end: 'failed',
    items: null,
  };
}

/** Reads an output or status of a parent. After a takeover, it comes from the database. */
function compute(random: Random, label: string, parents: readonly string[]): DrawnWork {
  const parent = parents.length > 0 ? random.pick(parents) : null;
  const read = random.pick(['output', 'status']);
  const value = parent === null ? label : `\${{ steps.${parent}.${read} }}`;
  return { step: { type: 'transform', with: { value } }, ...SUCCEEDS };
}

function ask(random: Random, label: string): DrawnWork {
  const model = random.pick(['openai/gpt-6-luna', 'anthropic/claude-haiku-5-5']);
  const prompt = `Say something about ${label}.`;
  return { step: { type: 'llm', with: { model, prompt, maxTokens: 64 } }, ...SUCCEEDS };
}

function mapItems(random: Random): DrawnWork {
  const items = random.pick([1, 3, 8, 25]);
  const step = random.pick<ItemStepDefinition>([
    { type: 'transform', with: { value: '${{ item * 2 }}' } },
    { type: 'http', with: { url: workUrl(random.int(1, 40)) } },
    {
      type: 'http',
      with: { url: failingUrl(random.int(1, 20), 1) },
      retry: { maxAttempts: 3, delay: '30ms' },
    },
  ]);
  const over = Array.from({ length: items }, (_, index) => index);
  return { step: { type: 'map', over, concurrency: random.int(1, 10), step }, ...SUCCEEDS, items };
}

function wait(random: Random): DrawnWork {
  return { step: { type: 'delay', with: { duration: `${random.int(20, 400)}ms` } }, ...SUCCEEDS };
}

function approve(random: Random): DrawnWork {
  const end = random.chance(0.3) ? 'failed' : 'succeeded';
  const message = APPROVAL_MESSAGES[end === 'failed' ? 'rejected' : 'approved'];
  return { step: { type: 'approval', with: { message }, onFailure: 'continue' }, end, items: null };
}

/** URL that answers the first `failures` calls of an Idempotency-Key with 503. */
function failingUrl(ms: number, failures: number): string {
  return `${workUrl(ms)}&fail=${failures}`;
}
