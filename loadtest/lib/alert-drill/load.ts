import type { Bed } from '../drill/bed.ts';
import { type Loop, repeat } from '../loop.ts';

export const STEADY = 'steady';
/** Four runs, eight calls and a dozen spans a second: enough events for every ratio. */
const EVERY_MS = 250;
/** Enough attempts that almost every run succeeds even if a third of all calls fail. */
const RETRY = { maxAttempts: 8, backoff: 'constant', delay: '200ms' } as const;

/** Submits runs that succeed, at a fixed rate; ignores failed submissions. */
export async function startLoad(bed: Bed): Promise<Loop> {
  const { api, simulator } = bed.system;
  await bed.createWorkflow(STEADY, {
    call: { type: 'http', with: { url: `${simulator.url}/work?ms=20` }, retry: RETRY },
    ask: {
      type: 'llm',
      needs: ['call'],
      // The prompt determines which calls the simulator lets fail.
      with: { model: 'openai/gpt-6-luna', prompt: 'Who is ${{ run.id }}?', maxTokens: 64 },
      retry: RETRY,
    },
    tell: { type: 'transform', needs: ['ask'], with: { value: '${{ steps.ask.status }}' } },
  });
  return repeat(EVERY_MS, () => api.submitRun(STEADY));
}
