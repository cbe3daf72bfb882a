/** Longest allowed wait of a dead worker's runs, including the shipped lease of 10 s. */
export const STUCK_LIMIT_MS = 20_000;
/** For drills with many takeovers. */
export const SHORT_LEASE = { WORKER_LEASE_MS: '2000' };
