import { type Labels, OVERFLOW } from './label-guard.ts';
import { isBounded, type MetricDefinition } from './metric.ts';
import { Places } from './places.ts';

interface SeriesCapConfig {
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Called with the metric's last open label when a new label set finds no free place. */
  onFull: (label: string) => void;
}

interface SeriesCap {
  /**
   * @param heldBy for whom they are recorded
   * @returns the labels under which to record these labels
   */
  shorten(labels: Labels, heldBy: string | undefined): Labels;
  /** Call it when the series with these labels was removed. */
  forget(labels: Labels): void;
}

/**
 * Caps the label sets of a metric with `upTo`, because limits of labels multiply: 100 shops with 100 articles have 10,000
 * sets. A set beyond the cap is counted under the one whose open labels are all `other`, or empty as its own, so sums
 * stay right.
 * @param remove removes a series
 */
export function createSeriesCap(
  definition: MetricDefinition,
  { now, onFull }: SeriesCapConfig,
  remove: (labels: Labels) => void,
): SeriesCap {
  const { upTo } = definition;
  const names = Object.keys(definition.labels);
  const open = names.filter((name) => !isBounded(definition.labels[name]!));
  if (upTo === undefined) return { shorten: (labels) => labels, forget: () => {} };
  const places = new Places({ upTo }, now);
  places.onFreed.push(({ value }) => remove(JSON.parse(value) as Labels));
  const setOf = (labels: Labels) => ({ value: JSON.stringify(labels, names), outer: '' });
  return {
    shorten(labels, heldBy) {
      const named = open.filter((name) => labels[name]);
      if (named.every((name) => labels[name] === OVERFLOW)) return labels;
      if (places.admit({ ...setOf(labels), heldBy }, () => onFull(open.at(-1)!))) return labels;
      return { ...labels, ...Object.fromEntries(named.map((name) => [name, OVERFLOW])) };
    },
    forget: (labels) => places.forget(setOf(labels)),
  };
}

/** Most series that a metric has in a process. A histogram has one per bucket, `+Inf`, sum and count. */
export function mostSeries(definition: MetricDefinition): number {
  const { labels, upTo = Infinity } = definition;
  let sets = 1;
  let others = 1;
  for (const spec of Object.values(labels)) {
    const values = isBounded(spec) ? spec.length : spec.isOptional ? 2 : 1;
    others *= values;
    if (isBounded(spec)) sets *= values;
    // The pairs, and `other` of each value of the label before.
    else if (spec.within !== undefined) sets += spec.upTo;
    else sets *= spec.upTo + values;
  }
  const seriesOfSet = definition.type === 'histogram' ? definition.buckets.length + 3 : 1;
  return Math.min(sets, upTo + others) * seriesOfSet;
}
