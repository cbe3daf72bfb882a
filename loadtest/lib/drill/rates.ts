/** How much slower one of two ways is, from pairs that were measured next to each other. */
export interface RateLoss {
  /** Mean share that is lost: 0.02 = 2 % slower, below 0 = faster. */
  loss: number;
  /** Half of the confidence interval; Infinity for fewer than two pairs. */
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
  return !(certain ? loss + margin <= limit : loss - margin <= limit);
}

/**
 * Of the normal distribution, two-sided 99.17 %. Six comparisons are judged together (three ways to be
 * away, time and CPU of each): that is 95 % for all of them. At 95 % each, chance alone failed one drill
 * in eight.
 */
const Z = 2.638;

/** Of Student's t, by the first terms of its expansion in the degrees of freedom. */
function quantile(degrees: number): number {
  if (degrees === 1) return 76.4;
  const [z3, z5, z7] = [Z ** 3, Z ** 5, Z ** 7];
  return (
    Z +
    (z3 + Z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * degrees ** 3)
  );
}
