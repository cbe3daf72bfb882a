import type { Series } from './prometheus.ts';

/**
 * Cells of a heat map, calculated like Grafana's from the cumulative buckets of a histogram: ascending, each minus the
 * bucket below it, without buckets that are always empty.
 */
export function toCells(buckets: readonly Series[]): Series[] {
  const ascending = buckets.toSorted((a, b) => boundOf(a) - boundOf(b));
  return ascending
    .map((bucket, index) => without(bucket, ascending[index - 1]))
    .filter(({ samples }) => samples.some(({ value }) => value > 0));
}

function boundOf({ labels }: Series): number {
  return labels.le === '+Inf' ? Infinity : Number(labels.le);
}

function without({ labels, samples }: Series, below: Series | undefined): Series {
  const lower = new Map(below?.samples.map(({ at, value }) => [at, value]));
  return {
    labels,
    // Rates of equal counts can differ by a floating-point error.
    samples: samples.map(({ at, value }) => ({ at, value: tidy(value - (lower.get(at) ?? 0)) })),
  };
}

function tidy(rate: number): number {
  return rate < 1e-9 ? 0 : rate;
}
