import type { Comparison } from '../../shared/api.ts';

type Step = Comparison['steps'][number];
type Side = NonNullable<Step['a']>;

/**
 * How the second run's figure differs: `more`, `less`, or null = not comparable, or by a tenth at most,
 * or by `least` at most (in the figure's unit).
 */
export function changeOf(a: number | null, b: number | null, least = 0): 'more' | 'less' | null {
  if (a === null || b === null) return null;
  const difference = Math.abs(a - b);
  if (difference <= Math.max(least, 0.1 * Math.max(a, b))) return null;
  return b > a ? 'more' : 'less';
}

/** Whether the step came to the same: status, attempts and output. Times alone make no difference. */
export function isDifferent({ a, b, outputsEqual }: Step): boolean {
  if (a === null || b === null) return true;
  return a.status !== b.status || a.attempts !== b.attempts || outputsEqual === false;
}

export function tokensOf({ inputTokens, outputTokens }: Side): number {
  return inputTokens + outputTokens;
}
