import type { RateLimitPolicy } from '@aio/catalog/metrics/labels';

/** A token bucket that holds `requests` and fills up in `windowMs`. */
export interface Quota {
  requests: number;
  windowMs: number;
}

/** null = unlimited. */
export type Quotas = Readonly<Record<RateLimitPolicy, Quota | null>>;

const MINUTE_MS = 60_000;
const perMinute = (requests: number): Quota => ({ requests, windowMs: MINUTE_MS });

/**
 * A user of the web UI makes one or two requests a second, and many users may share an address.
 * Without login there are only logins and documents.
 */
export const PRODUCTION_QUOTAS: Quotas = {
  address: perMinute(6_000),
  anonymous: perMinute(600),
  user: perMinute(1_200),
  machine: perMinute(60_000),
  login: perMinute(60),
};

/** Far above the rates of benchmarks and load tests on one machine. */
export const DEVELOPMENT_QUOTAS: Quotas = {
  address: perMinute(3_000_000),
  anonymous: perMinute(6_000),
  user: perMinute(60_000),
  machine: perMinute(3_000_000),
  login: perMinute(600),
};
