import { setTimeout as sleep } from 'node:timers/promises';
import { findFault } from '../../alert-faults/all.ts';
import type { AlertDrill } from './kit/alert-drill.ts';

const EVERY_MS = 250;
const USUAL_TOKENS = 6;
/** Makes a run about eight times as expensive. The steady load asks for at most 64 tokens. */
const MANY_TOKENS = 60;
/** One hour of the rules is one minute here. The rule compares with a period that ended an hour ago. */
const USUAL_MS = 75_000;

export const LLM_DRILLS: readonly AlertDrill[] = [
  findFault('llm-rate-limits'),
  findFault('llm-errors'),
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
