import { logEvent } from '@aio/runtime/log-event';
import type { Next } from 'koa';
import { presentProblem } from '../http/problems.ts';
import type { RequestContext } from '../http/request-state.ts';
import type { Log } from '../log.ts';

const RETRY_AFTER_S = 2;

/** Turns every error into problem details without a stack, whatever the client accepts. */
export function answerProblems(deps: { log: Log }) {
  return async (ctx: RequestContext, next: Next): Promise<void> => {
    try {
      await next();
    } catch (error) {
      const problem = presentProblem(error, ctx.state.traceId);
      ctx.state.error = error;
      if (problem.status >= 500) {
        const fields = { err: error, route: ctx.state.route, status: problem.status };
        const severity = problem.status === 503 ? 'warn' : 'error';
        logEvent(deps.log, 'requestFailed', fields, { severity, message: problem.title });
      }
      if (problem.status === 401) ctx.set('WWW-Authenticate', 'Bearer realm="aio"');
      const isTemporary = problem.status === 503 || problem.status === 429;
      if (isTemporary && !ctx.res.hasHeader('Retry-After'))
        ctx.set('Retry-After', String(RETRY_AFTER_S));
      ctx.status = problem.status;
      ctx.set('Content-Type', 'application/problem+json');
      ctx.body = JSON.stringify(problem);
    }
  };
}
