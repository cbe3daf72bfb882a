import type { Next } from 'koa';
import { isProbe, pathOf, type RequestContext } from '../http/request-state.ts';
import type { Problem } from '../http/problems.ts';
import type { Log } from '../log.ts';
import { traceFields } from '@aio/runtime/logger';
import { logEvent } from '@aio/runtime/log-event';
import { UNMATCHED } from './observe-request.ts';

export interface AccessLog {
  middleware(ctx: RequestContext, next: Next): Promise<void>;
  /** Of what is no request: it never gets as far as the middleware. */
  refused(problem: Problem): void;
}

/**
 * A line at info for each request when its answer has ended, of an event stream when that has. Neither path nor query:
 * both may hold what is nobody's business. Probes have none, or they would be most of the log.
 */
export function createAccessLog({
  log,
  accessLogEnabled,
}: {
  log: Log;
  accessLogEnabled: boolean;
}): AccessLog {
  return {
    middleware(ctx, next) {
      if (!accessLogEnabled || isProbe(pathOf(ctx))) return next();
      const startedAt = performance.now();
      ctx.res.once('close', () => {
        const { route = UNMATCHED, principal, span } = ctx.state;
        const fields = {
          method: ctx.method,
          route,
          status: ctx.res.headersSent ? ctx.res.statusCode : undefined,
          aborted: ctx.res.writableFinished ? undefined : true,
          duration_ms: Math.round((performance.now() - startedAt) * 10) / 10,
          who: principal?.subject ?? 'anonymous',
          ...traceFields(span?.spanContext()),
        };
        logEvent(log, 'requestEnded', fields);
      });
      return next();
    },
    refused({ status, code }) {
      if (accessLogEnabled)
        logEvent(log, 'requestEnded', { route: UNMATCHED, status, code, who: 'anonymous' });
    },
  };
}
