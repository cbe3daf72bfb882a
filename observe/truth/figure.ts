/** A figure from Prometheus and from an independent source. */
export interface Figure {
  what: string;
  /** Grafana's unit. */
  unit: string;
  prometheus: number;
  truth: number;
  /** The independent source; `lines` are the API's log lines of requests. */
  witness: 'rows' | 'client' | 'simulator' | 'lines';
  /** Largest allowed difference; 0 = they must be equal. */
  tolerance: number;
}

export function isTrue({ prometheus, truth, tolerance }: Figure): boolean {
  // Sums of fractions may differ in the last digits.
  return Math.abs(prometheus - truth) <= tolerance + 1e-9 * Math.abs(truth);
}

/**
 * Width of the bucket that contains the value: the uncertainty of the histogram.
 * @param buckets upper bounds, ascending
 */
export function bucketWidth(value: number, buckets: readonly number[]): number {
  const index = buckets.findIndex((bound) => value <= bound);
  // Above the last bound, Prometheus returns that bound.
  if (index === -1) return value - (buckets.at(-1) ?? 0);
  return (buckets[index] as number) - (buckets[index - 1] ?? 0);
}
