import type { RateLimitPolicy } from '@aio/catalog/labels';

/** How many requests in which time; a bucket that holds as many, and fills in as long. */
export interface Quota {
  requests: number;
  windowMs: number;
}

/** null = not limited. */
export type Quotas = Readonly<Record<RateLimitPolicy, Quota | null>>;

const MINUTE_MS = 60_000;
const perMinute = (requests: number): Quota => ({ requests, windowMs: MINUTE_MS });

/**
 * A person at the pages makes one or two requests a second, and a company may stand behind one address. Nobody needs
 * many answers without being known: logins, the documents, and the login service that ends sessions.
 */
export const PRODUCTION_QUOTAS: Quotas = {
  address: perMinute(6_000),
  anonymous: perMinute(600),
  user: perMinute(1_200),
  machine: perMinute(60_000),
  login: perMinute(60),
};

/** Far above what a bench or a load test makes from one machine. */
export const DEVELOPMENT_QUOTAS: Quotas = {
  address: perMinute(3_000_000),
  anonymous: perMinute(6_000),
  user: perMinute(60_000),
  machine: perMinute(3_000_000),
  login: perMinute(600),
};
