import type { Comparison } from '../../shared/api.ts';

type Step = Comparison['steps'][number];
type Side = NonNullable<Step['a']>;
type WithOutput = { status: string; output?: unknown } | null;
type Outputs = { a: WithOutput; b: WithOutput; outputsEqual: boolean | null };

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

/**
 * Whether the step came to the same: status, attempts and output. Times alone make no difference, nor do
 * attempts of a step whose result is another run's.
 */
export function isDifferent(step: Step): boolean {
  const { a, b, outputsEqual } = step;
  if (a === null || b === null) return true;
  const attemptsDiffer = a.attempts !== b.attempts && !isReused(a) && !isReused(b);
  return a.status !== b.status || attemptsDiffer || outputsEqual === false;
}

/** How two outputs compare; `none` = neither has one, `unknown` = the API left one out. */
export function outputsOf({
  a,
  b,
  outputsEqual,
}: Outputs): 'none' | 'same' | 'differs' | 'unknown' {
  if (outputsEqual === null) return 'unknown';
  if (!outputsEqual) return 'differs';
  return hasOutput(a) || hasOutput(b) ? 'same' : 'none';
}

/** The API leaves out an output that is long; only a step or run that succeeded has such a one. */
function hasOutput(side: WithOutput): boolean {
  return side?.output === undefined ? side?.status === 'succeeded' : side.output !== null;
}

/** Why the figures of a step cannot be compared: a run did not execute it. null = they can be. */
export function noteOf(
  { a, b }: Step,
  runs: Record<'a' | 'b', Pick<Comparison['a']['run'], 'id' | 'retryOf' | 'replayOf'>>,
): 'reusedFromA' | 'reusedFromB' | 'reused' | 'edited' | null {
  if (a?.resolution === 'edited' || b?.resolution === 'edited') return 'edited';
  if (isReused(b) && goesOnFrom(runs.b, runs.a.id)) return 'reusedFromA';
  if (isReused(a) && goesOnFrom(runs.a, runs.b.id)) return 'reusedFromB';
  return isReused(a) || isReused(b) ? 'reused' : null;
}

function isReused(side: Step['a']): boolean {
  return side?.resolution === 'reused';
}

function goesOnFrom(
  run: Pick<Comparison['a']['run'], 'retryOf' | 'replayOf'>,
  id: string,
): boolean {
  return run.retryOf === id || run.replayOf === id;
}

export function tokensOf({ inputTokens, outputTokens }: Side): number {
  return inputTokens + outputTokens;
}
