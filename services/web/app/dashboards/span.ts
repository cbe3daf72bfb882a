/** A time range, in seconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

export function spanOf(times: { from: string; to: string }): Span {
  return { from: Date.parse(times.from) / 1000, to: Date.parse(times.to) / 1000 };
}

/** Index of the time nearest to a moment; -1 = no times. */
export function nearestIndex(at: readonly number[], moment: number): number {
  let nearest = -1;
  for (const [index, time] of at.entries())
    if (nearest < 0 || Math.abs(time - moment) < Math.abs(at[nearest]! - moment)) nearest = index;
  return nearest;
}

/** Position of a moment in a span, 0 to 1. */
export function shareOf({ from, to }: Span, at: number): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** The moment at a share of a span. */
export function momentAt({ from, to }: Span, share: number): number {
  return from + (to - from) * share;
}
