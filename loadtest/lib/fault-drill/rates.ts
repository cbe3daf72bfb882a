/** How much slower one of two ways is, from pairs that were measured next to each other. */
export interface RateLoss {
  /** Mean share that is lost: 0.02 = 2 % slower, below 0 = faster. */
  loss: number;
  /** Half of the 95 % confidence interval; Infinity for fewer than two pairs. */
  margin: number;
}

/** Pairs of durations of the same work, in any unit: as it should be, and with the fault. */
export function compareDurations(
  pairs: readonly (readonly [good: number, bad: number])[],
): RateLoss {
  const logs = pairs.map(([good, bad]) => Math.log(good / bad));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const error = Math.sqrt(squares / (logs.length - 1) / logs.length);
  const margin = logs.length < 2 ? Infinity : quantile(logs.length - 1) * error;
  return { loss: 1 - Math.exp(mean), margin };
}

/** Whether the loss is beyond the limit for certain, or, where `certain` is asked for, may be. */
export function exceeds({ loss, margin }: RateLoss, limit: number, certain: boolean): boolean {
  return !(loss - margin <= limit) || (certain && !(margin <= limit));
}

/** Of Student's t, two-sided 95 %, within 2 % from two degrees of freedom on. */
function quantile(degrees: number): number {
  if (degrees === 1) return 12.71;
  return 1.96 + 2.37 / degrees + 2.82 / degrees ** 2 + 2.56 / degrees ** 3 + 1.6 / degrees ** 4;
}
