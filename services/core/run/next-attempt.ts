import { retryDelayMs } from '../definition/retry.ts';
import type { Failure } from '../errors.ts';
import type { Moment } from './rows.ts';
import { type AttemptResult, RATE_LIMITED } from './step-outcome.ts';
import type { StepState } from './step-state.ts';

/** A refused call (429) is retried up to this often. */
const RATE_LIMIT_RETRIES = 4;

/** The delay of the next attempt, or the failure of the step. */
export function nextAttempt(
  step: StepState,
  { failure, retry }: Pick<AttemptResult & { type: 'failed' }, 'failure' | 'retry'>,
  { atMs, random }: { atMs: Moment; random: () => number },
): { delayMs: number } | { failure: Failure } {
  if (retry === null) return { failure };
  const policy = step.work.retry;
  const afterMs = retry.afterMs ?? 0;
  if (failure.code === RATE_LIMITED) {
    const delayMs = afterMs || retryDelayMs(policy, step.rateLimits + 1, random);
    const why = whyNotAfterRateLimit(step, delayMs, atMs);
    return why === null
      ? { delayMs }
      : { failure: { ...failure, message: `${failure.message} ${why}` } };
  }
  const used = step.attempt - step.crashes - step.rateLimits;
  if (used >= policy.maxAttempts) return { failure };
  return { delayMs: Math.max(retryDelayMs(policy, used, random), afterMs) };
}

/** The retries of a refused call share the step's timeout with the first attempt, waits included. null = it is retried. */
function whyNotAfterRateLimit(step: StepState, delayMs: number, atMs: Moment): string | null {
  const { timeoutMs } = step.work;
  if (step.rateLimits >= RATE_LIMIT_RETRIES)
    return `AIO retried the call ${RATE_LIMIT_RETRIES} times.`;
  if (timeoutMs === null) return null;
  const spentMs = atMs - (step.firstStartedAtMs ?? step.startedAtMs ?? atMs);
  const leftMs = Math.max(0, Math.round(timeoutMs - spentMs));
  if (delayMs <= leftMs) return null;
  return (
    `AIO does not retry: the wait of ${Math.round(delayMs)} ms is longer than the ${leftMs} ms ` +
    `that are left of the step's timeout of ${timeoutMs} ms.`
  );
}
