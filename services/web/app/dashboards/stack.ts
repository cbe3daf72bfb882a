/** Stacks series: the upper edge of each value. Gaps add nothing. */
export function stack(series: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const height: number[] = [];
  return series.map((values) =>
    values.map((value, index) => {
      if (value === null) return null;
      const top = (height[index] ?? 0) + value;
      height[index] = top;
      return top;
    }),
  );
}

/** Marks gaps that uPlot draws over as undefined. @param spanNulls longest such gap in ms; true = all, false = none */
export function spanGaps(
  values: readonly (number | null)[],
  at: readonly number[],
  spanNulls: boolean | number,
): (number | null | undefined)[] {
  if (spanNulls === false) return [...values];
  const mostSeconds = spanNulls === true ? Infinity : spanNulls / 1000;
  const closed: (number | null | undefined)[] = [...values];
  let last: number | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (last !== null && at[index]! - at[last]! <= mostSeconds)
      // uPlot draws over undefined, but not over null.
      for (let gap = last + 1; gap < index; gap += 1) closed[gap] = undefined;
    last = index;
  }
  return closed;
}
