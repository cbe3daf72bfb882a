/** The value that a share `q` of all is at or below: one of them, not between them. NaN for none. */
export function quantileOf(q: number, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

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
