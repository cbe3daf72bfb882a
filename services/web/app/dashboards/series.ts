import type { QueryData, TargetData } from '../../shared/api.ts';

/** A series as panels draw it: one value per time, null = no value. */
export interface DrawnSeries {
  name: string;
  labels: Record<string, string>;
  values: (number | null)[];
}

/** All series of a panel on one time axis, in seconds since 1970. */
export interface Frame {
  at: number[];
  stepSeconds: number;
  series: DrawnSeries[];
}

/** Puts all series on the longest time axis. An instant query has one value, at the end. */
export function frameOf({
  targets,
  stepSeconds,
}: Pick<QueryData, 'targets' | 'stepSeconds'>): Frame {
  const longest = targets.reduce<number[]>(
    (found, { at }) => (at.length > found.length ? at : found),
    [],
  );
  return {
    at: longest,
    stepSeconds,
    series: targets.flatMap((target) =>
      target.series.map(({ legend, labels, values }) => ({
        name: legend,
        labels,
        values: padded(values.map(toNumber), longest.length),
      })),
    ),
  };
}

/** Turns Prometheus' `+Inf` and `-Inf` into numbers. */
export function toNumber(value: TargetData['series'][number]['values'][number]): number | null {
  if (value === '+Inf') return Infinity;
  return value === '-Inf' ? -Infinity : value;
}

function padded(values: (number | null)[], length: number): (number | null)[] {
  const missing = length - values.length;
  return missing <= 0 ? values : [...Array.from({ length: missing }, () => null), ...values];
}

/** A legend's figures, by Grafana's names. */
const CALCS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  lastNotNull: (values) => values.at(-1)!,
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};

export const CALC_NAMES = Object.keys(CALCS);

/**
 * One figure of a series; null = the series has no values.
 * @throws Error if the calculation is unknown
 */
export function calculate(calc: string, values: readonly (number | null)[]): number | null {
  const of = Object.hasOwn(CALCS, calc) ? CALCS[calc] : undefined;
  if (of === undefined) throw new Error(`no calculation ${calc}`);
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : of(known);
}

/** The latest value of each series, by name. */
export function latestValues(data: QueryData | null): Map<string, number> {
  const series = data === null ? [] : frameOf(data).series;
  return new Map(
    series.flatMap(({ name, values }) => {
      const value = calculate('lastNotNull', values);
      return value === null ? [] : [[name, value]];
    }),
  );
}

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
