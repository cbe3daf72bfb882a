import type { Problem } from '../../shared/api.ts';

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
  return {
    ...given,
    status,
    code: typeof given.code === 'string' ? given.code : 'unknown',
    title: typeof given.title === 'string' ? given.title : `The API answered ${status}.`,
  };
}

export const UNREACHABLE: Problem = {
  status: 0,
  code: 'unreachable',
  title: 'The server does not answer.',
};
