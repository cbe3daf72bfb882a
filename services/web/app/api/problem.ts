import type { Problem } from '../../shared/api.ts';
import { i18n, t } from '../text/i18n.ts';

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
  const title = titleOf(code) ?? given.title ?? t('problem.answered', { status });
  return { ...given, status, code, title };
}

/** The problem of a request without any answer. */
export function unreachable(): Problem {
  return { status: 0, code: 'unreachable', title: t('problem.titles.unreachable') };
}

/** Title in the UI's language; null = the UI has no text for this code. */
function titleOf(code: string): string | null {
  const key = `problem.titles.${code}`;
  return i18n.global.te(key, 'en') ? t(key) : null;
}
