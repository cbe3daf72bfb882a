import { createByLabels } from './by-labels.ts';
import type { Labels } from './label-guard.ts';

/** Increments of a counter between two scrapes, by label values. */
export interface Counts {
  /** @throws RangeError for less than nothing: a counter only grows */
  add(labels: Labels, value: number): void;
  /** Gives each sum since the last time. */
  take(use: (labels: Labels, value: number) => void): void;
}

interface Count {
  readonly labels: Labels;
  sum: number;
  /** false = nobody has been given it yet, be it nothing. */
  isKnown: boolean;
}

/** @param names of the labels, in any order */
export function createCounts(names: readonly string[]): Counts {
  const all: Count[] = [];
  const countOf = createByLabels<Count>(names, (labels) => {
    const count = { labels, sum: 0, isKnown: false };
    all.push(count);
    return count;
  });
  return {
    add(labels, value) {
      if (!(value >= 0)) throw new RangeError(`a counter cannot be increased by ${value}`);
      countOf(labels).sum += value;
    },
    take(use) {
      for (const count of all) {
        if (count.sum === 0 && count.isKnown) continue;
        use(count.labels, count.sum);
        Object.assign(count, { sum: 0, isKnown: true });
      }
    },
  };
}
