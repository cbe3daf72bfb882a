/** Label values that several metrics share. */

export { KIND_WAITS, LANE_KINDS, STEP_KINDS } from './kinds.generated.ts';

export const RUN_OUTCOMES = ['succeeded', 'failed', 'cancelled'] as const;

/** How an attempt ended; one that waits for a timer, a person or the map's items ends when that does. */
export const ATTEMPT_OUTCOMES = ['succeeded', 'failed', 'cancelled', 'worker_lost'] as const;

export const STEP_ENDS = ['succeeded', 'failed', 'skipped', 'cancelled'] as const;

export const LLM_PROVIDERS = ['openai', 'anthropic'] as const;

export const HTTP_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'other',
] as const;

export type HttpMethodLabel = (typeof HTTP_METHODS)[number];

/**
 * Routes of the API that balancers and Kubernetes ask every few seconds: they are counted, and part of
 * no objective, trace or rate limit.
 */
export const PROBES = ['/health', '/ready'] as const;

/** The label value of a request's method; what nobody should send counts as `other`. */
export function httpMethodLabel(method: string): HttpMethodLabel {
  return HTTP_METHODS.find((known) => known === method) ?? 'other';
}

/** Whose requests are counted together; see `services/api/limits`. */
export const RATE_LIMIT_POLICIES = ['address', 'anonymous', 'login', 'user', 'machine'] as const;

export type RateLimitPolicy = (typeof RATE_LIMIT_POLICIES)[number];

/** Where an http step wanted to go; `link_local` is where clouds keep the keys of a machine. */
export const REFUSED_RANGES = ['loopback', 'private', 'link_local', 'other'] as const;

/** What people change that can be the cause of what boards show. */
export const CHANGES = [
  'workflow_version',
  'workflow_paused',
  'workflow_resumed',
  'lane_paused',
  'lane_resumed',
  'secret_set',
  'secret_deleted',
  'bulk_started',
] as const;

export type Change = (typeof CHANGES)[number];

export const WORKFLOW = { upTo: 100 } as const;
export const MODEL = { upTo: 100 } as const;
/** Lanes of the queue. */
export const QUEUE = { upTo: 20 } as const;
/** Codes of `AioError`: bounded by our own code, guarded all the same. */
export const ERROR_TYPE = { upTo: 60 } as const;
