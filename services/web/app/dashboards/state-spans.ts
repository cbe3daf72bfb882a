import type { DrawnSeries } from './series.ts';

/** A time range in which a series kept its value. */
export interface StateSpan {
  value: number;
  /** Seconds since 1970. */
  from: number;
  to: number;
}

/** The spans of equal values, ascending. Missing values have no span. */
export function stateSpans(
  { values }: Pick<DrawnSeries, 'values'>,
  at: readonly number[],
  stepSeconds: number,
): StateSpan[] {
  const spans: StateSpan[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const from = at[index]!;
    const last = spans.at(-1);
    if (last && last.value === value && last.to >= from) last.to = from + stepSeconds;
    else spans.push({ value, from, to: from + stepSeconds });
  }
  return spans;
}
