import type { StepDefinition } from '@aio/tools/system/definition';
import { callOf, type FaultSystem } from './fault.ts';

/** Four runs, eight calls and a dozen spans a second: enough events for every ratio. */
export const STEADY_EVERY_MS = 250;
/** Enough attempts that almost every run succeeds even if most calls fail. */
const RETRY = { maxAttempts: 12, backoff: 'constant', delay: '200ms' } as const;

/** Its vendor, and its name there. */
export const STEADY_MODEL = ['openai', 'gpt-6-luna'] as const;

/** The steps of runs that succeed, which faults disturb. */
export function steadySteps(
  system: Pick<FaultSystem, 'simulator'>,
): Readonly<Record<string, StepDefinition>> {
  return {
    call: { ...callOf(system, 'ms=20'), retry: RETRY },
    ask: {
      type: 'llm',
      needs: ['call'],
      // The prompt determines which calls the simulator lets fail.
      with: { model: STEADY_MODEL.join('/'), prompt: 'Who is ${{ run.id }}?', maxTokens: 64 },
      retry: RETRY,
    },
    tell: { type: 'transform', needs: ['ask'], with: { value: '${{ steps.ask.status }}' } },
  };
}
