import { toOutputText } from '@aio/core/run/output';
import type { StepCall, StepKind, StepOutcome } from '../steps/step-kind.ts';
import { StepError } from '../steps/step-kind.ts';

/** `setTimeout` fires at once for more than 2^31 - 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How one attempt ended; an output comes with its JSON text, measured and found storable. */
export type AttemptResult =
  | { type: 'outcome'; outcome: StepOutcome; outputText: string | null }
  | { type: 'error'; error: unknown };

/**
 * Executes one attempt within its time. It ends when the kind ends, the time is over or the
 * controller is aborted, whichever is first: a kind that ignores its signal is left behind.
 */
export async function runAttempt(
  kind: StepKind,
  call: StepCall,
  controller: AbortController,
  timeoutMs: number | null,
): Promise<AttemptResult> {
  const timer =
    timeoutMs === null
      ? null
      : setTimeout(
          () => controller.abort(timeoutError(timeoutMs)),
          Math.min(timeoutMs, LONGEST_TIMER_MS),
        );
  try {
    const outcome = await Promise.race([kind.execute(call), aborted(controller.signal)]);
    const outputText = outcome.type === 'approval' ? null : toOutputText(outcome.output);
    return { type: 'outcome', outcome, outputText };
  } catch (error) {
    // What an aborted kind throws is an echo; the reason for the abort is the error.
    return { type: 'error', error: controller.signal.aborted ? controller.signal.reason : error };
  } finally {
    if (timer) clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(signal.reason as Error);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}

function timeoutError(timeoutMs: number): StepError {
  return new StepError('timeout', `The attempt did not end within its ${timeoutMs} ms.`, {
    retryable: true,
    details: { timeoutMs },
  });
}
