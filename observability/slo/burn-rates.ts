/** When a burning error budget becomes a page or a ticket, and the ranges that Prometheus records for it. */

/**
 * A factor says how many times faster than allowed the budget burns: 14.4 spends 2 % of 30 days in one
 * hour, 6 spends 5 % in six hours, 3 and 1 spend 10 % in one and three days (SRE Workbook, chapter 5). The short window
 * says whether the budget still burns. Unlike the workbook's, it is shorter than `for`, so that a burst that is over fires
 * nothing afterwards.
 */
export const BURN_RATES = [
  { factor: 14.4, long: '1h', short: '2m', for: '3m', severity: 'page' },
  { factor: 6, long: '6h', short: '5m', for: '15m', severity: 'page' },
  { factor: 3, long: '1d', short: '30m', for: '1h', severity: 'ticket' },
  { factor: 1, long: '3d', short: '2h', for: '3h', severity: 'ticket' },
] as const;

/** Of an objective without `minBad`. */
export const MIN_BAD = 5;

/** Ranges for which Prometheus records the error ratio of each objective. The last is the budget's. */
export const RECORDED_RANGES = ['2m', '5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d'] as const;
export type RecordedRange = (typeof RECORDED_RANGES)[number];
