import { AioError } from '@aio/core/errors';
import { KEPT_OUTPUT_CHARS } from '@aio/core/run/kept-outputs';
import { toOutputText } from '@aio/core/run/output-text';
import { NO_SECRETS, type Redactor } from '@aio/core/text/redact';
import {
  StepError,
  type StepOutcome,
  toFailedResult,
  type Usage,
} from '@aio/core/run/step-outcome';
import type { AttemptEnd } from '@aio/core/run/step-state';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { StepCall, StepKind } from '../../steps/step-kind.ts';

/** `setTimeout` fires at once for more than 2^31 - 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Reason of an abort after which another worker executes the attempt again. */
export class StepDeferred extends AioError {
  constructor() {
    super('worker_stopping', 'The worker is stopping. Another worker executes the step again.');
    this.name = 'StepDeferred';
  }
}

/** How long an attempt may take. */
export interface TimeLimit {
  /** The step's timeout. */
  timeoutMs: number;
  /** What calls that were refused before have left of it. */
  leftMs: number;
}

/**
 * Executes one attempt. Its result is redacted. It ends when the kind ends, the timeout is over or the attempt is aborted, even if the kind
 * ignores its signal.
 */
export async function runAttempt(
  kind: StepKind,
  call: StepCall,
  abort: AbortController,
  { limit, clock }: { limit: TimeLimit | null; clock: DatabaseClock },
): Promise<AttemptEnd> {
  const end = () => abort.abort(limit && timeoutError(limit));
  const timer = limit && setTimeout(end, Math.min(limit.leftMs, LONGEST_TIMER_MS));
  if (limit?.leftMs === 0) end();
  try {
    const outcome = await Promise.race([kind.execute(call), aborted(abort.signal)]);
    return toEnd(call, outcome, clock.now());
  } catch (error) {
    // An aborted kind throws only because of the abort, so the reason of the abort is the error.
    const { signal } = abort;
    const reason: unknown = signal.aborted ? signal.reason : redactError(error, call.redactor);
    return failedAttempt(reason, clock.now(), signal.aborted ? call.readUsage() : null);
  } finally {
    if (timer) clearTimeout(timer);
  }
}

/** Executes one attempt of an inline kind, which calls at most the database. */
export function runInline(
  kind: StepKind,
  call: StepCall,
  clock: DatabaseClock,
): AttemptEnd | Promise<AttemptEnd> {
  const toFailed = (error: unknown) => failedAttempt(error, clock.now());
  try {
    const outcome = kind.execute(call);
    if (!(outcome instanceof Promise)) return toEnd(call, outcome, clock.now());
    return Promise.race([outcome, aborted(call.signal)])
      .then((ended) => toEnd(call, ended, clock.now()))
      .catch(toFailed);
  } catch (error) {
    return toFailed(error);
  }
}

/**
 * The end of an attempt that threw.
 * @param usage what the attempt cost, unless the error says it
 */
export function failedAttempt(
  error: unknown,
  atMs: number,
  usage: Usage | null = null,
): AttemptEnd {
  if (error instanceof StepDeferred) return { result: { type: 'deferred' }, output: null, atMs };
  const failed = toFailedResult(error);
  return { result: { ...failed, usage: failed.usage ?? usage }, output: null, atMs };
}

function toEnd({ redactor }: StepCall, outcome: StepOutcome, atMs: number): AttemptEnd {
  if (outcome.type !== 'succeeded') return { result: outcome, output: null, atMs };
  try {
    const value = redactOutcome(outcome, redactor).output ?? null;
    const text = toOutputText(value);
    const result = { type: 'succeeded', usage: outcome.usage ?? null } as const;
    const kept = text.length <= KEPT_OUTPUT_CHARS ? { value } : {};
    return { result, output: { text, chars: text.length, ...kept }, atMs };
  } catch (error) {
    // The output is too large or cannot be stored.
    return failedAttempt(redactError(error, redactor), atMs, outcome.usage);
  }
}

/** Rejects with the signal's reason when it aborts. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(signal.reason as Error);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}

function timeoutError({ timeoutMs, leftMs }: TimeLimit): StepError {
  const left = leftMs < timeoutMs ? `the ${leftMs} ms that were left of ` : '';
  return new StepError('timeout', `The attempt exceeded ${left}its timeout of ${timeoutMs} ms.`, {
    retryable: true,
    details: { timeoutMs },
  });
}

/** Removes secrets from the output. */
function redactOutcome<Outcome extends StepOutcome & { type: 'succeeded' }>(
  outcome: Outcome,
  redactor: Redactor,
): Outcome {
  if (redactor === NO_SECRETS) return outcome;
  return { ...outcome, output: redactor.value(outcome.output) };
}

/** Returns the error without secrets. It drops the cause, which may contain some. */
export function redactError(error: unknown, redactor: Redactor): unknown {
  if (redactor === NO_SECRETS) return error;
  const message = redactor.text(error instanceof Error ? error.message : String(error));
  if (!(error instanceof AioError)) return new Error(message);
  const { code } = error;
  const details = redactor.value(error.details) as Record<string, unknown>;
  if (!(error instanceof StepError)) return new AioError(code, message, { details });
  const { retryable, retryAfterMs, usage } = error;
  return new StepError(code, message, { retryable, retryAfterMs, usage, details });
}
