import type { Next } from 'koa';
import { AioError } from '@aio/core/errors';
import { isProblemCode, presentProblem } from '../http/problems.ts';
import type { RequestContext } from '../http/request-state.ts';
import type { Log } from '../log.ts';

const RETRY_AFTER_S = 2;

/** Turns every error into problem details, whatever the client accepts; never a stack in it. */
export function answerProblems(deps: {
  log: Log;
  /** Whether an error means that a part the API stands on is away. */
  isUnavailable: (error: unknown) => boolean;
}) {
  return async (ctx: RequestContext, next: Next): Promise<void> => {
    try {
      await next();
    } catch (thrown) {
      const error = toAioError(thrown, deps.isUnavailable);
      ctx.state.error = error;
      const problem = presentProblem(error, ctx.state.traceId);
      if (problem.status >= 500) {
        const level = problem.status === 503 ? 'warn' : 'error';
        deps.log[level]({ err: thrown, route: ctx.state.route }, problem.title);
      }
      if (problem.status === 503) ctx.set('Retry-After', String(RETRY_AFTER_S));
      ctx.status = problem.status;
      ctx.set('Content-Type', 'application/problem+json');
      ctx.body = JSON.stringify(problem);
    }
  };
}

function toAioError(thrown: unknown, isUnavailable: (error: unknown) => boolean): AioError {
  if (thrown instanceof AioError && isProblemCode(thrown.code)) return thrown;
  if (isUnavailable(thrown)) {
    return new AioError('unavailable', 'The database does not answer.', { cause: thrown });
  }
  return new AioError('internal', 'The request failed unexpectedly.', { cause: thrown });
}
