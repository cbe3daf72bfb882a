import { AioError, ValidationError, type Fault } from '@aio/core/errors';

/** Every problem a client can meet: its status, its title, and what to do about it. */
export const PROBLEMS = {
  bad_json: [
    400,
    'The body is not JSON',
    'Send one JSON value in UTF-8, without `__proto__` keys.',
  ],
  bad_yaml: [
    400,
    'The body is not YAML',
    'Send one YAML 1.2 document in UTF-8, without aliases that explode.',
  ],
  bad_request: [
    400,
    'The request is malformed',
    'Compare path, query and headers with /api/v1/openapi.json.',
  ],
  login_failed: [
    400,
    'The login did not work',
    'Begin again at /auth/login, in the same browser to the end.',
  ],
  unauthenticated: [
    401,
    'Nobody is logged in',
    'Log in at /auth/login, or send an access token as `Authorization: Bearer …`.',
  ],
  forbidden: [
    403,
    'The request is not allowed',
    'Ask somebody who has the role that `detail` names.',
  ],
  cross_site: [
    403,
    'The request may come from a page of somebody else',
    'From a page of AIO itself send the header `AIO-CSRF: 1`; programs log in with a bearer token.',
  ],
  not_found: [404, 'There is no such thing', 'Check the path and the ids in it.'],
  output_missing: [
    404,
    'The output is not in the output store',
    'It was lost, or OUTPUT_STORE of the API names another store than the workers use.',
  ],
  prometheus_not_configured: [
    404,
    'No Prometheus is configured',
    'Set PROMETHEUS_URL of the API. `npm start` does so where the machine has a Prometheus (`npm run servers -- prometheus` builds one), Compose with docker-compose.observability.yml.',
  ],
  method_not_allowed: [
    405,
    'The method is not allowed here',
    'The Allow header names those that are.',
  ],
  not_acceptable: [
    406,
    'No representation is acceptable',
    'Accept the media type named in `detail`.',
  ],
  request_timeout: [408, 'The request took too long to arrive', 'Send it again, in one piece.'],
  conflict: [
    409,
    'The request conflicts with the present state',
    'Read the state again, then decide.',
  ],
  idempotency_conflict: [
    409,
    'The Idempotency-Key was used with another body',
    'Use a new key for a new request.',
  ],
  already_decided: [409, 'The approval is decided already', 'The first decision stands.'],
  run_finished: [
    409,
    'The run is finished',
    'A finished run never changes; retry it to make a new one.',
  ],
  run_not_finished: [
    409,
    'The run is not finished',
    'Cancel it first, or wait for its end; then retry or replay it.',
  ],
  too_large: [413, 'The body is too large', 'The limit is named in `detail`.'],
  unsupported_media_type: [
    415,
    'The media type is not supported',
    'Send the media type named in `detail`.',
  ],
  expectation_failed: [417, 'The expectation cannot be met', 'Leave the Expect header out.'],
  too_deep: [
    422,
    'The input is nested too deep',
    'The limit and the place are named in `detail`: flatten it.',
  ],
  validation_failed: [
    422,
    'The input breaks rules',
    'Each entry of `errors` names a place, a rule and a hint.',
  ],
  query_failed: [
    422,
    'Prometheus could not answer the query',
    'Choose a shorter time range or fewer values of the variables; `detail` has the reason.',
  ],
  unstorable_text: [
    422,
    'A text cannot be stored',
    'Leave out NUL characters and half surrogate pairs, or send the text in an encoding, e.g. base64.',
  ],
  rate_limited: [
    429,
    'Too many requests',
    'Wait as long as Retry-After says; RateLimit tells how much is left.',
  ],
  headers_too_large: [431, 'The headers are too large', 'Send 16 kB of headers at most.'],
  internal: [
    500,
    'Something broke on our side',
    'The trace named by `traceId` and the log say what.',
  ],
  prometheus_away: [
    503,
    'Prometheus does not answer',
    'Check that the Prometheus of PROMETHEUS_URL runs and is reached from the API. Runs go on without it.',
  ],
  loki_away: [
    503,
    'Loki does not answer',
    'Check that the Loki of LOKI_URL runs and is reached from the API. The log is on standard output, too.',
  ],
  output_store_away: [
    503,
    'The output store does not answer',
    'Check the folder or bucket of OUTPUT_STORE. Requests that need no long output still work.',
  ],
  unavailable: [
    503,
    'A part the API stands on is away',
    'Try again after the time in Retry-After; /ready says which part.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, hint: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457 problem details; `type` resolves to a page about the code. */
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

/** Problem details of a code, e.g. for a request that never reached a handler. */
export function problemOf(
  code: ProblemCode,
  detail: string,
  traceId: string | null = null,
): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: `/api/v1/problems/${code}`, title, status, detail, code, traceId };
}

/**
 * What a client is told of an error. Only an `AioError` whose code is public speaks for itself;
 * of anything else the client learns no more than the trace id under which it is logged.
 */
export function presentProblem(error: unknown, traceId: string | null): Problem {
  if (!(error instanceof AioError) || !isProblemCode(error.code)) {
    return problemOf('internal', 'The request failed unexpectedly.', traceId);
  }
  const problem = problemOf(error.code, error.message, traceId);
  return error instanceof ValidationError ? { ...problem, errors: error.faults } : problem;
}
