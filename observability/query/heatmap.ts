import type { Series } from './prometheus.ts';

/** Fewer rows would not look like a distribution. */
const LEAST_ROWS = 8;

/**
 * Cells of a heat map, calculated like Grafana's from the cumulative buckets of a histogram: ascending, each minus the
 * bucket below it, from the smallest with a count to the largest, and at least eight. Empty if all are.
 */
export function toCells(buckets: readonly Series[]): Series[] {
  const ascending = buckets.toSorted((a, b) => boundOf(a) - boundOf(b));
  const cells = ascending.map((bucket, index) => without(bucket, ascending[index - 1]));
  const isFilled = ({ samples }: Series) => samples.some(({ value }) => value > 0);
  const [first, last] = [cells.findIndex(isFilled), cells.findLastIndex(isFilled)];
  if (first === -1) return [];
  const lacking = Math.max(0, LEAST_ROWS - (last - first + 1));
  const from = Math.max(0, first - Math.ceil(lacking / 2));
  return cells.slice(from, Math.max(last + 1, from + LEAST_ROWS));
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
