/** When a failed attempt is tried again. */

export interface RetryPolicy {
  /** Attempts in all; 1 = no retry. */
  maxAttempts: number;
  backoff: 'exponential' | 'constant';
  delayMs: number;
  maxDelayMs: number;
}

/**
 * Milliseconds between a failed attempt and the next. Exponential delays get full jitter (a uniform
 * draw between 0 and the doubled, capped delay), so that many runs failing at once come back spread
 * out; constant ones are taken as written.
 *
 * @param failedAttempt number of the attempt that failed, from 1
 * @param random a draw from [0, 1), e.g. `Math.random`
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
