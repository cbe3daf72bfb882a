import { AioError } from '@aio/core/errors';
import { toOutputText } from '@aio/core/run/output';
import {
  type AttemptResult,
  StepError,
  type StepOutcome,
  toFailedResult,
  type Usage,
} from '@aio/core/run/step-outcome';
import type { DatabaseClock } from '@aio/platform/database-clock';
import type { KeptOutput } from '../outputs.ts';
import type { StepCall, StepKind } from '../../steps/step-kind.ts';
import { redactError, redactOutcome } from './redact-result.ts';

/** `setTimeout` fires at once for more than 2^31 - 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Redacted result of an attempt, and when the kind's code returned, by the database's clock. */
export interface EndedCall {
  endedAtMs: number;
  result: AttemptResult;
  /** Checked for size and storable text; null = no output. */
  output: EndedOutput | null;
}

/** Has JSON text and value, until the output goes into the store. */
export interface EndedOutput extends KeptOutput {
  chars: number;
  value?: unknown;
}

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
 * Executes one attempt. It ends when the kind ends, the timeout is over or the attempt is aborted, even if the kind
 * ignores its signal.
 */
export async function runAttempt(
  kind: StepKind,
  call: StepCall,
  abort: AbortController,
  { limit, clock }: { limit: TimeLimit | null; clock: DatabaseClock },
): Promise<EndedCall> {
  const end = () => abort.abort(limit && timeoutError(limit));
  const timer = limit && setTimeout(end, Math.min(limit.leftMs, LONGEST_TIMER_MS));
  if (limit?.leftMs === 0) end();
  try {
    const outcome = await Promise.race([kind.execute(call), aborted(abort.signal)]);
    return toEndedCall(call, outcome, clock.now());
  } catch (error) {
    // An aborted kind throws only because of the abort, so the reason of the abort is the error.
    const { signal } = abort;
    const reason: unknown = signal.aborted ? signal.reason : redactError(error, call.redactor);
    return failedCall(reason, clock.now(), signal.aborted ? call.readUsage() : null);
  } finally {
    if (timer) clearTimeout(timer);
  }
}

/** Executes one attempt of an inline kind, which calls at most the database. */
export function runInline(
  kind: StepKind,
  call: StepCall,
  clock: DatabaseClock,
): EndedCall | Promise<EndedCall> {
  const toFailed = (error: unknown) => failedCall(error, clock.now());
  try {
    const outcome = kind.execute(call);
    if (!(outcome instanceof Promise)) return toEndedCall(call, outcome, clock.now());
    return Promise.race([outcome, aborted(call.signal)])
      .then((ended) => toEndedCall(call, ended, clock.now()))
      .catch(toFailed);
  } catch (error) {
    return toFailed(error);
  }
}

/** @param usage what the attempt cost, unless the error says it */
export function failedCall(
  error: unknown,
  endedAtMs: number,
  usage: Usage | null = null,
): EndedCall {
  if (error instanceof StepDeferred)
    return { result: { type: 'deferred' }, output: null, endedAtMs };
  const failed = toFailedResult(error);
  return { result: { ...failed, usage: failed.usage ?? usage }, output: null, endedAtMs };
}

function toEndedCall({ redactor }: StepCall, outcome: StepOutcome, endedAtMs: number): EndedCall {
  if (outcome.type !== 'succeeded') return { result: outcome, output: null, endedAtMs };
  try {
    const value = redactOutcome(outcome, redactor).output ?? null;
    const text = toOutputText(value);
    const result = { type: 'succeeded', usage: outcome.usage ?? null } as const;
    return { result, output: { text, ref: null, chars: text.length, value }, endedAtMs };
  } catch (error) {
    // The output is too large or cannot be stored.
    return failedCall(redactError(error, redactor), endedAtMs, outcome.usage);
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
