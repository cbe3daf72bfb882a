/**
 * Buckets that several histograms share. A quantile is known no better than the bucket that it is in. Objectives are
 * never whole numbers, see `select.ts`.
 */

/**
 * From a tenth of a second to ten: each is a quarter wider than the one before, or less, so that quantiles are exact to
 * 25 %. They are 23 series for each set of labels; wherever labels are many, fewer buckets do.
 */
export const EXACT_SECONDS = [
  0.1, 0.125, 0.155, 0.19, 0.235, 0.29, 0.36, 0.45, 0.55, 0.68, 0.85, 1.05, 1.3, 1.62, 2.02, 2.5,
  3.1, 3.8, 4.7, 5.8, 7.2, 8.9, 11,
] as const;

/** Waits for a worker or a slot, around the objective of 2.5 s; a paused lane can make them last for days. */
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
