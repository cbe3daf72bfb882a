import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertDrill } from '../../lib/alert-drill/drill.ts';

const EVERY_MS = 250;
const USUAL_TOKENS = 6;
/** A run then costs about eight times as much; the steady load takes no more than 64. */
const MANY_TOKENS = 60;
/** An hour of the rules is a minute here: what is compared ends an hour before now. */
const USUAL_MS = 75_000;

export const COST_DRILLS: readonly AlertDrill[] = [
  {
    name: 'long-answers',
    what: `a model that has said ${USUAL_TOKENS} tokens says ${MANY_TOKENS}, and each is paid for`,
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
      progress('runs of an hour before, as they usually are');
      await sleep(USUAL_MS);
      await say(MANY_TOKENS);
      progress('answers are long');
      return async () => {
        await say(null);
        await runs.stop();
      };
    },
  },
];
