import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertDrill } from './kit/alert-drill.ts';

/** Share of all calls. */
const SHARE = 0.6;
const EVERY_MS = 250;
const USUAL_TOKENS = 6;
/** Makes a run about eight times as expensive. The steady load asks for at most 64 tokens. */
const MANY_TOKENS = 60;
/** One hour of the rules is one minute here. The rule compares with a period that ended an hour ago. */
const USUAL_MS = 75_000;

export const LLM_DRILLS: readonly AlertDrill[] = [
  {
    ...vendor('llm-rate-limits', '429', 'rateLimit'),
    fires: [{ alert: 'LlmRateLimited', labels: { provider: 'openai' } }],
    also: [{ alert: 'RetryStorm' }],
    night: { firesWithin: 180, truth: `${SHARE * 100} %` },
  },
  {
    ...vendor('llm-errors', '500', 'serverError'),
    fires: [{ alert: 'LlmErrors', labels: { provider: 'openai' } }],
    also: [{ alert: 'RetryStorm' }],
    night: { firesWithin: 180, truth: `${SHARE * 100} %` },
  },
  {
    name: 'long-answers',
    what: `a model answers with ${MANY_TOKENS} tokens instead of ${USUAL_TOKENS}, at the same price per token`,
    fires: [{ alert: 'WorkflowCostDoubled', labels: { workflow: 'digest' } }],
    async inject({ bed, progress, repeat }) {
      const { api, simulator } = bed.system;
      const say = (outputTokens: number | null) => simulator.turn({ outputTokens });
      await bed.createWorkflow('digest', {
        ask: {
          type: 'llm',
          with: { model: 'openai/gpt-6-astra', prompt: 'Sum up ${{ run.id }}.' },
        },
      });
      await say(USUAL_TOKENS);
      const runs = repeat(EVERY_MS, () => api.submitRun('digest'));
      progress('runs at the usual cost');
      await sleep(USUAL_MS);
      await say(MANY_TOKENS);
      progress('answers get longer');
      return async () => {
        await say(null);
        await runs.stop();
      };
    },
  },
];

function vendor(name: string, status: string, fault: 'rateLimit' | 'serverError') {
  return {
    name,
    what: `the vendor answers ${SHARE * 100} % of all calls with ${status}, and the steps retry`,
    async inject({ bed, progress }) {
      const turn = (share: number) =>
        bed.system.simulator.turn({ retryAfterMs: 200, faults: { [fault]: share } });
      await turn(SHARE);
      progress(`answers ${SHARE * 100} % of all calls with ${status}`);
      return () => turn(0);
    },
  } satisfies Partial<AlertDrill>;
}
