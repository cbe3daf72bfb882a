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
