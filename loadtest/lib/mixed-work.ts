import type { ItemStepDefinition, StepWork } from './definition.ts';
import type { Random } from './random.ts';
import { workUrl } from './simulator-work.ts';

export interface DrawnWork {
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
export const FAILS: DrawnWork = {
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
  callWithFallback,
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

export const drawWork: Draw = (random, label, parents) =>
  random.pick(DRAWS)(random, label, parents);

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

function callWithFallback(random: Random): DrawnWork {
  const url = failingUrl(random.int(1, 30), ALWAYS);
  return {
    step: { type: 'http', with: { url }, onFailure: { fallback: { done: false } } },
    ...SUCCEEDS,
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
