/**
 * Buckets shared by several histograms. A quantile is only as exact as its bucket. Objectives are never whole numbers,
 * see `select.ts`.
 */

/**
 * From 0.1 to 11 s in steps of at most a quarter, so that quantiles are exact to 25 %. They cost 23 series per set of
 * labels: use fewer buckets for metrics with many labels.
 */
export const EXACT_SECONDS = [
  0.1, 0.125, 0.155, 0.19, 0.235, 0.29, 0.36, 0.45, 0.55, 0.68, 0.85, 1.05, 1.3, 1.62, 2.02, 2.5,
  3.1, 3.8, 4.7, 5.8, 7.2, 8.9, 11,
] as const;

/** Waits for a worker or a slot. The objective is 2.5 s; in a paused lane, waits last for days. */
export const QUEUE_TIMES = [
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  ...EXACT_SECONDS,
  30,
  60,
  300,
  1800,
  7200,
  43200,
  259200,
] as const;

/**
 * Of runs, whose quantiles are exact to 25 % from 10 ms to two hours. Prometheus interpolates within a bucket, so
 * a quantile is wrong by the width of its bucket at most: steps of a quarter are the widest that do. Each set of labels has
 * 66 series.
 */
export const DURATIONS: readonly number[] = byAQuarter(0.008, 7200);

/** Bounds of three digits, each at most a quarter above the one before. */
function byAQuarter(first: number, last: number): number[] {
  const bounds = [first];
  for (let bound = first; bound < last; bounds.push(bound)) {
    const unit = 10 ** (Math.floor(Math.log10(bound * 1.25)) - 2);
    bound = Number((Math.floor((bound * 1.25) / unit + 1e-9) * unit).toPrecision(3));
  }
  return bounds;
}
