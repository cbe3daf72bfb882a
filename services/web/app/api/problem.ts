import type { Problem } from '../../shared/api.ts';

/** Titles by the problem's code. For other codes, the UI shows the API's title. */
const TITLES: Readonly<Record<string, string>> = {
  unreachable: 'The server does not answer',
  no_answer: 'AIO does not answer',
  redis_away: 'AIO’s queue store does not answer',
  jaeger_away: 'Jaeger does not answer',
  api_away: 'The API does not answer',
  unavailable: 'A part of AIO is not available',
  prometheus_away: 'Prometheus does not answer',
  prometheus_slow: 'Prometheus took too long',
  prometheus_not_configured: 'Prometheus is not configured',
  game_days_away: 'The controller of game days does not answer',
  unauthenticated: 'You are not logged in',
  forbidden: "You don't have access",
  not_found: 'Not found',
  conflict: 'The state has changed',
  already_decided: 'The approval has already been decided',
  run_finished: 'The run has ended',
  run_not_finished: 'The run has not ended',
  validation_failed: 'The input is invalid',
  rate_limited: 'Too many requests',
  too_many_at_once: 'Too many large requests at once',
  busy: 'AIO is busy with large requests',
  too_large: 'The input is too large',
  internal: 'AIO could not process the request',
};
const DETAILS: Readonly<Record<string, string>> = {
  redis_away:
    'Redis, which keeps queues and logins, does not answer. Nothing that AIO has accepted is lost: what waits in queues continues when Redis is back.',
};

/** A failed request, with the API's problem. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.name = 'ApiProblem';
    this.problem = problem;
  }

  /** No answer, or a gateway's: worth an automatic retry. */
  get isAway(): boolean {
    return isAway(this.problem);
  }
}

/** Whether the API was unreachable or unavailable, so that a retry may succeed. */
export function isAway({ status }: Problem): boolean {
  return status === 0 || status === 502 || status === 503 || status === 504;
}

/** Makes a problem of an error status and its body, whatever the body is. */
export function problemOf(status: number, body: unknown): Problem {
  const given = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const code = typeof given.code === 'string' ? given.code : 'unknown';
  const title = ownText(TITLES, code) ?? given.title ?? `The API answered with status ${status}`;
  const detail = ownText(DETAILS, code) ?? given.detail;
  return { ...given, status, code, title, ...(detail !== undefined && { detail }) };
}

function ownText(texts: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/** The problem of a request that broke off, or took too long. */
export function unanswered(code: 'unreachable' | 'no_answer', isChange = false): Problem {
  const title = TITLES[code]!;
  return {
    status: 0,
    code,
    title,
    ...(isChange && {
      detail: 'Your change may have arrived. Look at the current state before you try again.',
    }),
  };
}
