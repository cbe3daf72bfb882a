/** Computes the delay of retries. */

export interface RetryPolicy {
  /** Counts the first attempt: 1 = no retry. */
  maxAttempts: number;
  backoff: 'exponential' | 'constant';
  delayMs: number;
  maxDelayMs: number;
}

/**
 * Milliseconds between a failed attempt and the next. Exponential delays have full jitter (uniform
 * between 0 and the doubled, capped delay), so that runs that fail together do not retry together.
 * Constant delays have none.
 *
 * @param failedAttempt number of the failed attempt, from 1
 * @param random draws from [0, 1), such as `Math.random`
 */
export function retryDelayMs(
  policy: RetryPolicy,
  failedAttempt: number,
  random: () => number,
): number {
  if (policy.backoff === 'constant') return Math.min(policy.delayMs, policy.maxDelayMs);
  const doubledMs = policy.delayMs * 2 ** Math.max(0, failedAttempt - 1);
  return Math.round(Math.min(doubledMs, policy.maxDelayMs) * random());
}
