import { createByLabels } from './by-labels.ts';
import type { Labels } from './label-guard.ts';

/** Increments of a counter between two scrapes, by label values. */
export interface Counts {
  /** @throws RangeError for less than nothing: a counter only grows */
  add(labels: Labels, value: number): void;
  /** Gives each sum since the last time. */
  take(use: (labels: Labels, value: number) => void): void;
  /** Forgets all sums in which the label `name` has this value, and returns their labels. */
  remove(name: string, value: string): Labels[];
}

interface Count {
  readonly labels: Labels;
  sum: number;
}

/** @param names of the labels, in any order */
export function createCounts(names: readonly string[]): Counts {
  const touched = new Set<Count>();
  const byLabels = createByLabels<Count>(names, (labels) => ({ labels, sum: 0 }));
  return {
    add(labels, value) {
      if (!(value >= 0)) throw new RangeError(`a counter cannot be increased by ${value}`);
      const count = byLabels.get(labels);
      count.sum += value;
      touched.add(count);
    },
    take(use) {
      for (const count of touched) {
        use(count.labels, count.sum);
        count.sum = 0;
      }
      touched.clear();
    },
    remove(name, value) {
      const removed = byLabels.remove(name, value);
      for (const count of removed) touched.delete(count);
      return removed.map(({ labels }) => labels);
    },
  };
}
