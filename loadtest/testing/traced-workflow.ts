import type { Definition } from '../lib/definition.ts';
import type { Canaries } from './canaries.ts';

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
