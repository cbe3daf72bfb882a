/** What a dead worker's runs wait for at most, beside the lease (10 s as shipped). */
export const STUCK_LIMIT_MS = 20_000;
/** Generous: what has not ended by then is lost. */
export const SETTLE_WITHIN_MS = 60_000;
/** A lease for drills in which runs are taken over again and again. */
export const SHORT_LEASE = { WORKER_LEASE_MS: '2000' };
