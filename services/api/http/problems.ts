import { AioError, type Fault, ValidationError } from '@aio/core/errors';

/** Each error code: its status, its title, and what the client can do. */
export const PROBLEMS = {
  bad_json: [
    400,
    'The body is not valid JSON',
    'Send one JSON value in UTF-8, without `__proto__` keys.',
  ],
  bad_yaml: [
    400,
    'The body is not valid YAML',
    'Send one YAML 1.2 document in UTF-8. Its aliases must not expand to a huge document.',
  ],
  bad_request: [
    400,
    'The request is malformed',
    'Compare the path, query and headers with /api/v1/openapi.json.',
  ],
  login_failed: [
    400,
    'The login failed',
    'Start again at /auth/login, and stay in the same browser.',
  ],
  unauthenticated: [
    401,
    'You are not logged in',
    'Log in at /auth/login, or send an access token as `Authorization: Bearer …`.',
  ],
  forbidden: [403, "You don't have access", '`detail` says who has access. Ask one of them.'],
  cross_site: [
    403,
    'The request may come from another site',
    'From a page of AIO, send the header `AIO-CSRF: 1`. In a program, use a bearer token.',
  ],
  not_found: [
    404,
    'Not found',
    "Check the path and its ids. Either the object doesn't exist, or you don't have access to it.",
  ],
  prometheus_not_configured: [
    404,
    'Prometheus is not configured',
    'Set PROMETHEUS_URL for the API. `npm start` sets it if Prometheus is installed (`npm run servers -- prometheus` builds it). With Compose, add docker-compose.observability.yml.',
  ],
  method_not_allowed: [
    405,
    'This path does not support the method',
    'Use a method that the Allow header names.',
  ],
  not_acceptable: [
    406,
    'The API cannot answer in a media type that you accept',
    'Accept the media type that `detail` names.',
  ],
  conflict: [
    409,
    'The request conflicts with the current state',
    'Read the current state, then decide whether to send the request again.',
  ],
  idempotency_conflict: [
    409,
    'The Idempotency-Key was used with another body',
    'Use a new key for a new request.',
  ],
  already_decided: [
    409,
    'The approval is already decided',
    'The first decision stands. You cannot change it.',
  ],
  run_finished: [
    409,
    'The run is finished',
    'A finished run never changes. Retry or replay it to start a new run.',
  ],
  run_not_finished: [
    409,
    'The run is not finished',
    'Cancel the run or wait until it ends, then retry or replay it.',
  ],
  too_large: [413, 'The body is too large', 'Send less data. `detail` names the limit.'],
  unsupported_media_type: [415, 'The media type is not supported', '`detail` says what to send.'],
  too_deep: [
    422,
    'The input is nested too deeply',
    'Flatten the input. `detail` names the limit and the place.',
  ],
  validation_failed: [
    422,
    'The input is invalid',
    'Fix each entry of `errors`: it names a place, a rule and a hint.',
  ],
  query_failed: [
    422,
    'Prometheus could not answer the query',
    'Choose a shorter time range or fewer values of the variables. `detail` gives the reason.',
  ],
  unstorable_text: [
    422,
    'AIO cannot store this text',
    'Remove NUL characters and unpaired surrogates, or encode the text, e.g. as base64.',
  ],
  rate_limited: [
    429,
    'Too many requests',
    'Wait for the seconds in Retry-After. The RateLimit header says how many requests are left.',
  ],
  too_many_at_once: [
    429,
    'You have too many of these requests in progress',
    'Wait until one ends, or for the seconds in Retry-After. `detail` names the limit.',
  ],
  internal: [
    500,
    'Internal error',
    'Try again. If it fails again, report `traceId`: the trace and the log show the cause.',
  ],
  busy: [
    503,
    'Too many large requests are in progress',
    'Try again after the seconds in Retry-After. Smaller requests still work.',
  ],
  prometheus_away: [
    503,
    'Prometheus does not answer',
    'Check that Prometheus runs and that the API reaches it at PROMETHEUS_URL. Runs continue without it.',
  ],
  prometheus_slow: [
    503,
    'Prometheus took too long',
    'Choose a shorter time range or fewer values of the variables, or give Prometheus more CPU.',
  ],
  redis_away: [
    503,
    'Redis does not answer',
    'Check that Redis runs and that the API reaches it. Until then, use a bearer token: the API accepts runs, and loses none.',
  ],
  jaeger_away: [
    503,
    'Jaeger does not answer',
    'Check that Jaeger runs and that the API reaches it at JAEGER_QUERY_URL. Runs continue without it.',
  ],
  game_days_away: [
    503,
    'The controller of game days does not answer',
    'It starts with `npm start`, which restarts it if it ends. `.aio/logs/game-days.log` says why it does not answer. What it broke, it mends when it starts.',
  ],
  unavailable: [
    503,
    'A service that the API needs is unavailable',
    'Try again after the seconds in Retry-After. /ready says which service is down.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, hint: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem details. `type` is the path of a page about the code. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  traceId: string | null;
  errors?: readonly Fault[];
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** Problem details of a code. */
export function problemOf(
  code: ProblemCode,
  detail: string,
  traceId: string | null = null,
): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: `/api/v1/problems/${code}`, title, status, detail, code, traceId };
}

/**
 * Problem details of an error. Clients see the message of an `AioError` with a public code.
 * Any other error becomes `internal`, without its message.
 */
export function presentProblem(error: unknown, traceId: string | null): Problem {
  if (!(error instanceof AioError) || !isProblemCode(error.code)) {
    return problemOf('internal', 'The request failed because of an internal error.', traceId);
  }
  const problem = problemOf(error.code, error.message, traceId);
  return error instanceof ValidationError ? { ...problem, errors: error.faults } : problem;
}

/** Prefixes the pointers of the faults with the place of the faulty value. */
export function below(pointer: string, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
}
