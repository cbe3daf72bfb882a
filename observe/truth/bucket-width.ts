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
