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
  const title =
    textOf(`problem.titles.${code}`) ?? given.title ?? t('problem.answered', { status });
  const detail = textOf(`problem.details.${code}`) ?? given.detail;
  return { ...given, status, code, title, ...(detail !== undefined && { detail }) };
}

/** The problem of a request that broke off, or took too long. */
export function unanswered(code: 'unreachable' | 'no_answer', isChange = false): Problem {
  const title = t(`problem.titles.${code}`);
  return { status: 0, code, title, ...(isChange && { detail: t('problem.maybeDone') }) };
}

/** Text in the UI's language; null = the UI has none. */
function textOf(key: string): string | null {
  return i18n.global.te(key, 'en') ? t(key) : null;
}
