import type { Problem } from '../../shared/api.ts';
import { i18n, t } from '../text/i18n.ts';

/** A request that did not work out, with the API's own words about it. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.name = 'ApiProblem';
    this.problem = problem;
  }

  /** No answer, or one from in front of the API: worth trying again by itself. */
  get isAway(): boolean {
    return isAway(this.problem);
  }
}

/** Whether it is nobody's fault, and may be gone the next time. */
export function isAway({ status }: Problem): boolean {
  return status === 0 || status === 502 || status === 503 || status === 504;
}

/** Whatever came with an error status, as a problem. */
export function problemOf(status: number, body: unknown): Problem {
  const given = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  const code = typeof given.code === 'string' ? given.code : 'unknown';
  const title = titleOf(code) ?? given.title ?? t('problem.answered', { status });
  return { ...given, status, code, title };
}

/** No answer came at all. */
export function unreachable(): Problem {
  return { status: 0, code: 'unreachable', title: t('problem.titles.unreachable') };
}

/** In the reader's language; null = only the API's own words are there. */
function titleOf(code: string): string | null {
  const key = `problem.titles.${code}`;
  return i18n.global.te(key, 'en') ? t(key) : null;
}
