import type { DatabaseClock } from '@aio/platform/database-clock';
import { toOutputText } from '@aio/core/run/output';
import type { StepCall, StepKind, StepOutcome } from '../steps/step-kind.ts';
import type { Abortable } from './abortable.ts';
import { StepError } from '../steps/step-kind.ts';
import { redactError, redactOutcome } from './redact-result.ts';

/** `setTimeout` fires at once for more than 2^31 - 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * How one attempt ended, its secrets hidden; an output comes with its JSON text, measured and found storable.
 * `finishedAtMs`: when its own code returned, by the database's clock.
 */
export type AttemptResult = { finishedAtMs: number } & (
  | { type: 'outcome'; outcome: StepOutcome; outputText: string | null }
  | { type: 'error'; error: unknown }
);

/**
 * Executes one attempt within its time. It ends when the kind ends, the time is over or the
 * attempt is aborted, whichever is first: a kind that ignores its signal is left behind.
 */
export async function runAttempt(
  kind: StepKind,
  call: StepCall,
  abortable: Abortable,
  { timeoutMs, clock }: { timeoutMs: number | null; clock: DatabaseClock },
): Promise<AttemptResult> {
  const timer =
    timeoutMs === null
      ? null
      : setTimeout(
          () => abortable.abort(timeoutError(timeoutMs)),
          Math.min(timeoutMs, LONGEST_TIMER_MS),
        );
  try {
    const outcome = await Promise.race([kind.execute(call), aborted(abortable.signal)]);
    return toResult(call, outcome, clock.now());
  } catch (error) {
    const finishedAtMs = clock.now();
    // What an aborted kind throws is an echo; the reason for the abort is the error.
    const { signal } = abortable;
    return {
      type: 'error',
      error: signal.aborted ? signal.reason : redactError(error, call.redactor),
      finishedAtMs,
    };
  } finally {
    if (timer) clearTimeout(timer);
  }
}

/**
 * Executes one attempt of a kind without effect outside, which at most asks the database something: it
 * is given no secrets.
 */
export function runAtOnce(
  kind: StepKind,
  call: StepCall,
  clock: DatabaseClock,
): AttemptResult | Promise<AttemptResult> {
  const toError = (error: unknown): AttemptResult => ({
    type: 'error',
    error,
    finishedAtMs: clock.now(),
  });
  try {
    const outcome = kind.execute(call);
    if (!(outcome instanceof Promise)) return toResult(call, outcome, clock.now());
    return Promise.race([outcome, aborted(call.signal)])
      .then((outcome) => toResult(call, outcome, clock.now()))
      .catch(toError);
  } catch (error) {
    return toError(error);
  }
}

function toResult({ redactor }: StepCall, given: StepOutcome, finishedAtMs: number): AttemptResult {
  try {
    const outcome = redactOutcome(given, redactor);
    const outputText = 'output' in outcome ? toOutputText(outcome.output) : null;
    return { type: 'outcome', outcome, outputText, finishedAtMs };
  } catch (error) {
    // The output is too large or cannot be stored.
    return { type: 'error', error: redactError(error, redactor), finishedAtMs };
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
