/** Longest allowed wait of a dead worker's runs, including the shipped lease of 10 s. */
export const STUCK_LIMIT_MS = 20_000;
/** Runs that are still open after this count as LOST. */
export const SETTLE_WITHIN_MS = 60_000;
/** For drills with many takeovers. */
export const SHORT_LEASE = { WORKER_LEASE_MS: '2000' };
