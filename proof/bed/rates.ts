/** How much slower the second of two variants is, from pairs measured one after the other. */
export interface RateLoss {
  /** Mean loss: 0.02 = 2 % slower, below 0 = faster. */
  loss: number;
  /** Half of the confidence interval; Infinity for fewer than two pairs. */
  margin: number;
}

/** @param pairs durations of the same work in any unit, without and with the fault */
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

/** Whether the loss certainly exceeds the limit or, if `certain` is true, whether it may exceed it. */
export function exceeds({ loss, margin }: RateLoss, limit: number, certain: boolean): boolean {
  return !(certain ? loss + margin <= limit : loss - margin <= limit);
}

/**
 * Two-sided 99.17 % quantile of the normal distribution. The drill judges six comparisons (time and CPU of three
 * outages), so together they are 95 % certain. At 95 % each, chance alone failed one drill in eight.
 */
const Z = 2.638;

/** Quantile of Student's t, by the first terms of its expansion in the degrees of freedom. */
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
