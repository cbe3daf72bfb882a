/**
 * Buckets that several histograms share. A quantile is known no better than the bucket that it is in: from half to twice
 * the bound of an objective, each is less than a quarter wider than the one before. Objectives are never whole numbers,
 * see `select.ts`.
 */

/** Waits for a worker or a slot, in seconds, around the objective of 2.5 s; a paused lane can make them last for days. */
export const QUEUE_TIMES = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1.25, 1.5, 1.8, 2.1, 2.5, 3.1, 3.8,
  4.7, 5.5, 10, 30, 60, 300, 1800, 7200, 43200, 259200,
] as const;
