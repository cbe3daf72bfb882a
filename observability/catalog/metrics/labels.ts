/** Label values shared by several metrics. */

/** All kinds of steps: those of `services/core/definition/kinds`. Their series start at zero. */
export const STEP_KINDS = [
  'approval',
  'delay',
  'http',
  'llm',
  'map',
  'transform',
  'wait',
  'workflow',
] as const;

/** Kinds that call other services. Their steps wait in a lane for a slot; all others start when they are ready. */
export const LANE_KINDS = ['http', 'llm'] as const;

/** `rejected`: it failed because a person rejected an approval, so neither workflow nor AIO is to blame. */
export const RUN_OUTCOMES = ['succeeded', 'failed', 'rejected', 'cancelled'] as const;

/** How an attempt ended. An attempt that waits for a timer, a person or map items ends with the wait. */
export const ATTEMPT_OUTCOMES = ['succeeded', 'failed', 'cancelled', 'worker_lost'] as const;

/** Values of `error.type` of work that AIO itself ended. It has not failed. */
export const INTERRUPTIONS: readonly string[] = ['cancelled', 'worker_stopping'];

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
 * Routes that balancers and Kubernetes call every few seconds. AIO counts them, but excludes them from objectives,
 * traces and rate limits.
 */
export const PROBES = ['/health', '/ready'] as const;

/** The label value of a request's method; `other` for unknown methods. */
export function httpMethodLabel(method: string): HttpMethodLabel {
  return HTTP_METHODS.find((known) => known === method) ?? 'other';
}

/** Rate limits by what they count together; see `services/api/limits`. */
export const RATE_LIMIT_POLICIES = ['address', 'anonymous', 'login', 'user', 'machine'] as const;

export type RateLimitPolicy = (typeof RATE_LIMIT_POLICIES)[number];

/** Limits of what is in progress at once; see `services/api/limits`. */
export const AT_ONCE_LIMITS = [
  'large_reads',
  'trace_reads',
  'bulk_actions',
  'large_bodies',
  'event_streams',
  'run_streams',
] as const;

export type AtOnceLimit = (typeof AT_ONCE_LIMITS)[number];

/** Ranges of addresses that http steps may not call. `link_local` includes the metadata service of clouds. */
export const REFUSED_RANGES = ['loopback', 'private', 'link_local', 'other'] as const;

/** Changes by users that may explain what boards show. */
export const CHANGES = [
  'workflow_version',
  'workflow_published',
  'workflow_paused',
  'workflow_resumed',
  'lane_paused',
  'lane_resumed',
  'secret_set',
  'secret_deleted',
] as const;

export type Change = (typeof CHANGES)[number];

export const WORKFLOW = { upTo: 100 } as const;
export const MODEL = { upTo: 100 } as const;
/** Hosts that steps call, with a port if it is not the scheme's. */
export const HOST = { upTo: 50 } as const;
/** Subjects of users and machine clients, as in tokens and sessions. */
export const OWNER = { upTo: 100, isPersonal: true } as const;
/** Step ids, counted per workflow, of which one must not use up the names of others. */
export const STEP = { upTo: 200, within: 'workflow', upToEach: 30 } as const;

export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;

export type StatusClass = (typeof STATUS_CLASSES)[number];

/** The label value of a response status. */
export function statusClass(status: number): StatusClass {
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}

/** Statuses of an owner's requests; `4xx` excludes 403 and 429. */
export const OWNER_STATUSES = [...STATUS_CLASSES, '403', '429'] as const;

export type OwnerStatus = (typeof OWNER_STATUSES)[number];

/** The label value of a response status. */
export function ownerStatus(status: number): OwnerStatus {
  return status === 403 || status === 429 ? `${status}` : statusClass(status);
}

/** Runs that no worker has claimed yet, and steps that could start. */
export const WAITING_STATES = ['queued_runs', 'ready_steps'] as const;

/** Lanes of the queue. */
export const QUEUE = { upTo: 20 } as const;
/** Codes of `AioError`. Our code bounds them; the limit is a second guard. */
export const ERROR_TYPE = { upTo: 60 } as const;

/** Open labels with more than one value. */
export const LABELS_WITH_PLACES = [
  'workflow',
  'step',
  'model',
  'gen_ai_request_model',
  'host',
  'owner',
  'route',
  'status',
  'error_type',
  'query',
  'queue',
  'worker',
] as const;

export type LabelWithPlaces = (typeof LABELS_WITH_PLACES)[number];
