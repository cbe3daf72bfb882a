/**
 * The width of the histogram's bucket that a value is in: what the histogram cannot know.
 * @param buckets upper bounds, ascending
 */
export function bucketWidth(value: number, buckets: readonly number[]): number {
  const index = buckets.findIndex((bound) => value <= bound);
  // Above the last bound, Prometheus answers that bound.
  if (index === -1) return value - (buckets.at(-1) ?? 0);
  return (buckets[index] as number) - (buckets[index - 1] ?? 0);
}
