import type { QueryData, TargetData } from '../../shared/api.ts';

/** A series as panels draw it: one value per time, null = no value. */
export interface DrawnSeries {
  name: string;
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
      target.series.map(({ legend, values }) => ({
        name: legend,
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
const CALCS: Readonly<Record<string, (values: readonly (number | null)[]) => number | null>> = {
  last: (values) => values.at(-1)!,
  max: (values) => values.reduce<number | null>((most, value) => larger(most, value), null),
};

export const CALC_NAMES = Object.keys(CALCS);

/**
 * One figure of a series; null = the series has no values.
 * @throws Error if the calculation is unknown
 */
export function calculate(calc: string, values: readonly (number | null)[]): number | null {
  const of = Object.hasOwn(CALCS, calc) ? CALCS[calc] : undefined;
  if (of === undefined) throw new Error(`no calculation ${calc}`);
  return values.length === 0 ? null : of(values);
}

function larger(most: number | null, value: number | null): number | null {
  return value === null || (most !== null && most >= value) ? most : value;
}

/** A series in a legend. */
export interface LegendRow extends Pick<DrawnSeries, 'name' | 'values'> {
  /** Its place in the frame, which decides its stroke. */
  index: number;
  /** Its value at the last time at which any series has one. */
  last: number;
}

/**
 * The largest first. Leaves out series that have ended: a reader looks here for what is wrong now. Their lines stay, and
 * the tooltip names them.
 */
export function legendOf({ series }: Pick<Frame, 'series'>): LegendRow[] {
  const end = Math.max(-1, ...series.map(({ values }) => values.findLastIndex(isValue)));
  return series
    .flatMap(({ name, values }, index) => {
      const last = values[end] ?? null;
      return last === null ? [] : [{ name, values, index, last }];
    })
    .toSorted((a, b) => b.last - a.last || a.index - b.index);
}

function isValue(value: number | null): boolean {
  return value !== null;
}

/** The latest value of each series, by name. */
export function latestValues(data: QueryData | null): Map<string, number> {
  const series = data === null ? [] : frameOf(data).series;
  return new Map(
    series.flatMap(({ name, values }) => {
      const value = values.findLast(isValue) ?? null;
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
