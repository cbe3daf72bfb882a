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

/** What replicas of the API keep for each other; see `services/platform/shared-cache.ts`. */
export const CACHES = ['workflow_versions', 'board_queries'] as const;

export type CacheName = (typeof CACHES)[number];

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
/** Subjects of people and machine clients, as tokens and sessions name them. */
export const OWNER = { upTo: 100, isPersonal: true } as const;
/** Ids of steps, each of its workflow. */
export const STEP = { upTo: 200, within: 'workflow' } as const;

/** How requests of an owner are answered: 4xx are those that are neither 403 nor 429. */
export const OWNER_STATUSES = ['2xx', '3xx', '4xx', '403', '429', '5xx'] as const;

export type OwnerStatus = (typeof OWNER_STATUSES)[number];

/** The label value of the status of an answer. */
export function ownerStatus(status: number): OwnerStatus {
  if (status === 403 || status === 429) return `${status}`;
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}

/** What waits: runs that no worker has claimed yet, and steps that could start. */
export const WAITING_STATES = ['queued_runs', 'ready_steps'] as const;

/** Lanes of the queue. */
export const QUEUE = { upTo: 20 } as const;
/** Codes of `AioError`: bounded by our own code, guarded all the same. */
export const ERROR_TYPE = { upTo: 60 } as const;
