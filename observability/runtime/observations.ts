import { createByLabels } from './by-labels.ts';
import type { Labels } from './label-guard.ts';

/** What was observed between two scrapes under one set of labels. */
export interface Observed {
  readonly labels: Labels;
  /** Of each bucket, not cumulative; what is above the last bound is in `count` alone. */
  readonly counts: Float64Array;
  /** The last traced value of each bucket, by its index; after the last bound, of what is above. */
  readonly exemplars: ({ value: number; traceId: string; at: number } | undefined)[];
  sum: number;
  count: number;
}

/** Values of a histogram between two scrapes, by label values. */
export interface Observations {
  /** @throws RangeError for what is no number */
  add(labels: Labels, value: number, traceId?: string): void;
  /** Gives what was observed since the last time. */
  take(use: (observed: Observed) => void): void;
}

/**
 * @param names of the labels, in any order
 * @param bounds upper ones of the buckets, rising
 */
export function createObservations(
  names: readonly string[],
  bounds: readonly number[],
): Observations {
  const touched = new Set<Observed>();
  const observedOf = createByLabels<Observed>(names, (labels) => ({
    labels,
    counts: new Float64Array(bounds.length),
    exemplars: [],
    sum: 0,
    count: 0,
  }));
  return {
    add(labels, value, traceId) {
      if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be observed`);
      const observed = observedOf(labels);
      let bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
      if (bucket < bounds.length) observed.counts[bucket]!++;
      observed.sum += value;
      observed.count++;
      touched.add(observed);
      if (traceId === undefined) return;
      observed.exemplars[bucket] = { value, traceId, at: Date.now() / 1000 };
    },
    take(use) {
      for (const observed of touched) {
        use(observed);
        observed.counts.fill(0);
        observed.exemplars.length = 0;
        observed.sum = 0;
        observed.count = 0;
      }
      touched.clear();
    },
  };
}
