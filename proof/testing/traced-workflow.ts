import { randomBytes } from 'node:crypto';
import type { Definition } from '@aio/tools/system/definition';

/** The hold of the simulator that the step `held` waits for. */
export const HOLD = 'traced';

/** The same for the run that is cancelled. */
export const GIVEN_UP = 'given-up';

/** Name of the secret that the steps send. */
export const TRACED_SECRET = 'traced';

/**
 * A fan-out, a retry, failures that the run survives, an attempt that can be held, a delay and an approval, with a
 * secret wherever a step can have one.
 */
export function tracedWorkflow(name: string, canaries: Canaries): Definition {
  const headers = {
    authorization: `Bearer ${canaries.httpHeader}`,
    'x-token': `\${{ secrets.${TRACED_SECRET} }}`,
  };
  const work = (query: string) => `\${{ input.simulator }}/work?${query}`;
  return {
    name,
    input: { type: 'object', required: ['simulator'] },
    steps: {
      fetch: {
        type: 'http',
        with: {
          url: work(`ms=20&token=${canaries.httpUrlQuery}`),
          method: 'POST',
          query: { api_key: canaries.httpQuery },
          headers,
          body: { password: canaries.httpBody, given: '${{ input.secret }}' },
        },
      },
      flaky: {
        type: 'http',
        with: { url: work('ms=1&fail=1'), headers },
        retry: { maxAttempts: 2, delay: '10ms', backoff: 'constant' },
      },
      refused: {
        type: 'http',
        with: { url: work('fail=9'), method: 'POST', body: canaries.failedBody },
        onFailure: 'continue',
      },
      wrong: {
        type: 'transform',
        with: { value: `\${{ int('${canaries.expression}') }}` },
        onFailure: 'continue',
      },
      ask: {
        type: 'llm',
        needs: ['fetch'],
        with: {
          model: 'openai/gpt-5-mini',
          system: canaries.system,
          prompt: `Repeat: <text>${canaries.prompt}</text>`,
        },
      },
      each: {
        type: 'map',
        needs: ['fetch'],
        over: [1, 2, 3],
        step: { type: 'http', with: { url: work('ms=${{ item }}'), headers } },
      },
      held: { type: 'http', needs: ['fetch'], with: { url: work(`hold=${HOLD}`), headers } },
      pause: { type: 'delay', with: { duration: '50ms' } },
      approve: {
        type: 'approval',
        needs: ['ask', 'each', 'held', 'pause'],
        with: { message: canaries.approvalMessage },
      },
      last: {
        type: 'transform',
        needs: ['approve', 'flaky', 'refused', 'wrong'],
        join: 'all_settled',
        with: { value: canaries.output },
      },
    },
    output: '${{ steps.last.output }}',
  };
}

/** A run that fails. Its worker releases it while it waits for its second attempt. */
export function doomedWorkflow(name: string): Definition {
  return {
    name,
    input: { type: 'object', required: ['simulator'] },
    steps: {
      again: {
        type: 'http',
        with: { url: '${{ input.simulator }}/work?fail=9' },
        retry: { maxAttempts: 2, delay: '1500ms', backoff: 'constant' },
      },
    },
  };
}

/** A call that does not end, and a pending approval. */
export function heldWorkflow(name: string): Definition {
  return {
    name,
    input: { type: 'object', required: ['simulator'] },
    steps: {
      held: { type: 'http', with: { url: `\${{ input.simulator }}/work?hold=${GIVEN_UP}` } },
      asked: { type: 'approval', with: {} },
    },
  };
}

/** Places where AIO may hold a secret. None of them may appear in a span. */
const PLACES = [
  'input',
  'httpQuery',
  'httpUrlQuery',
  'httpHeader',
  'namedSecret',
  'httpBody',
  'failedBody',
  'prompt',
  'system',
  'openaiKey',
  'anthropicKey',
  'expression',
  'approvalMessage',
  'approvalComment',
  'output',
  'requestHeader',
  'cookie',
  'baggage',
  'idempotencyKey',
  'requestQuery',
] as const;

export type Canaries = Readonly<Record<(typeof PLACES)[number], string>>;

/** A unique word for each place. */
export function createCanaries(): Canaries {
  const words = PLACES.map((place) => [place, `canary-${place}-${randomBytes(6).toString('hex')}`]);
  return Object.fromEntries(words) as Canaries;
}

/** The places whose word is in the text. */
export function findCanaries(canaries: Canaries, text: string): string[] {
  return PLACES.filter((place) => text.includes(canaries[place]));
}
