import type { Bed } from '../drill/bed.ts';
import { type Loop, repeat } from '../loop.ts';

export const STEADY = 'steady';
/** Four runs, eight calls and a dozen spans a second: enough for every ratio to have its events. */
const EVERY_MS = 250;
/** A third of all calls may fail, and still next to no run does. */
const RETRY = { maxAttempts: 8, backoff: 'constant', delay: '200ms' } as const;

/** Runs that succeed, at a pace of their own, for as long as there is an API to take them. */
export async function startLoad(bed: Bed): Promise<Loop> {
  const { api, simulator } = bed.system;
  await bed.createWorkflow(STEADY, {
    call: { type: 'http', with: { url: `${simulator.url}/work?ms=20` }, retry: RETRY },
    ask: {
      type: 'llm',
      needs: ['call'],
      // The simulator's faults go by what is asked.
      with: { model: 'openai/gpt-6-luna', prompt: 'Who is ${{ run.id }}?', maxTokens: 64 },
      retry: RETRY,
    },
    tell: { type: 'transform', needs: ['ask'], with: { value: '${{ steps.ask.status }}' } },
  });
  return repeat(EVERY_MS, () => api.submitRun(STEADY));
}
