import { createByLabels } from './by-labels.ts';
import type { Labels } from './label-guard.ts';

/** A line of a scrape, as the client's registry takes it from a metric. */
export interface Sample {
  /** With the labels in it, written once: the client would write them anew for each scrape. */
  readonly metricName: string;
  value: number;
  exemplar?: { labelSet: { trace_id: string }; value: number; timestamp: number };
}

/** Values of a histogram by label values. */
export interface Observations {
  /** @throws RangeError for what is no number */
  add(labels: Labels, value: number, traceId?: string): void;
  /** Has the series of these labels exist, at zero. */
  begin(labels: Labels): void;
  /** Forgets the series in which the label `name` has this value. */
  remove(name: string, value: string): void;
  /** All lines, as they stand now. They are the same objects at every call. */
  samples(): readonly Sample[];
}

interface Series {
  /** Of each bucket, not cumulative; the last is what is above all bounds. */
  readonly counts: Float64Array;
  readonly buckets: readonly Sample[];
  readonly sum: Sample;
  readonly count: Sample;
}

/**
 * @param histogram.labels names, in the order of the lines
 * @param histogram.bounds upper ones of the buckets, rising
 */
export function createObservations(histogram: {
  name: string;
  labels: readonly string[];
  bounds: readonly number[];
}): Observations {
  const { name, labels: names, bounds } = histogram;
  const all = new Set<Series>();
  let samples: Sample[] = [];

  const byLabels = createByLabels<Series>(names, (labels) => {
    const pairs = names.map((label) => `${label}="${escapeValue(labels[label] ?? '')}"`);
    const sample = (suffix: string, ...more: string[]): Sample => {
      const inBraces = [...more, ...pairs].join(',');
      return { metricName: `${name}_${suffix}${inBraces && `{${inBraces}}`}`, value: 0 };
    };
    const series = {
      counts: new Float64Array(bounds.length + 1),
      buckets: [...bounds, '+Inf'].map((bound) => sample('bucket', `le="${bound}"`)),
      sum: sample('sum'),
      count: sample('count'),
    };
    all.add(series);
    samples.push(...linesOf(series));
    return series;
  });

  return {
    begin: (labels) => void byLabels.get(labels),
    add(labels, value, traceId) {
      if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be observed`);
      const series = byLabels.get(labels);
      let bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
      series.counts[bucket]!++;
      series.sum.value += value;
      if (traceId === undefined) return;
      series.buckets[bucket]!.exemplar = {
        labelSet: { trace_id: traceId },
        value,
        timestamp: Date.now() / 1000,
      };
    },
    remove(name, value) {
      const removed = byLabels.remove(name, value);
      if (removed.length === 0) return;
      for (const series of removed) all.delete(series);
      // A new list: a scrape under way goes on with the one that it was given.
      samples = [...all].flatMap(linesOf);
    },
    samples() {
      for (const { counts, buckets, count } of all) {
        let below = 0;
        for (const [index, bucket] of buckets.entries()) bucket.value = below += counts[index]!;
        count.value = below;
      }
      return samples;
    },
  };
}

function linesOf({ buckets, sum, count }: Series): Sample[] {
  return [...buckets, sum, count];
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
