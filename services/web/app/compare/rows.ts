import type { Comparison } from '../../shared/api.ts';

type Step = Comparison['steps'][number];
type Side = NonNullable<Step['a']>;
type WithOutput = { status: string; output?: unknown } | null;
type Outputs = { a: WithOutput; b: WithOutput; outputsEqual: boolean | null };

/**
 * Whether run B's figure is `more` or `less` than run A's. null = a figure is missing, or they differ by at most 10 %
 * or by at most `least`, in the figure's unit.
 */
export function changeOf(a: number | null, b: number | null, least = 0): 'more' | 'less' | null {
  if (a === null || b === null) return null;
  const difference = Math.abs(a - b);
  if (difference <= Math.max(least, 0.1 * Math.max(a, b))) return null;
  return b > a ? 'more' : 'less';
}

/**
 * Whether status, attempts or output of a step differ. Times do not count, nor do attempts if a run reused the step's
 * result.
 */
export function isDifferent(step: Step): boolean {
  const { a, b, outputsEqual } = step;
  if (a === null || b === null) return true;
  const attemptsDiffer = a.attempts !== b.attempts && !isReused(a) && !isReused(b);
  return stateOf(a) !== stateOf(b) || attemptsDiffer || outputsEqual === false;
}

/** The state of a step that a page shows; null = its definition lacks the step. */
export function stateOf(side: Pick<Side, 'status' | 'skippedBecause'> | null): string | null {
  if (side === null) return null;
  return side.skippedBecause?.reason === 'run_failed' ? 'not_reached' : side.status;
}

/** How two outputs compare; `none` = neither has one, `single` = one run lacks the step, `unknown` = the API left one out. */
export function outputsOf({
  a,
  b,
  outputsEqual,
}: Outputs): 'none' | 'single' | 'same' | 'differs' | 'unknown' {
  if (a === null || b === null) return hasOutput(a) || hasOutput(b) ? 'single' : 'none';
  if (outputsEqual === null) return 'unknown';
  if (!outputsEqual) return 'differs';
  return hasOutput(a) || hasOutput(b) ? 'same' : 'none';
}

/** The API omits long outputs. Only a succeeded step or run can have one. */
function hasOutput(side: WithOutput): boolean {
  return side?.output === undefined ? side?.status === 'succeeded' : side.output !== null;
}

/** Why a step's figures cannot be compared: a run did not execute it. null = comparable. */
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

/** To compare; null = unknown. */
export function costOf({ costUsd, unpricedCalls }: Side): number | null {
  return unpricedCalls > 0 ? null : Number(costUsd);
}
