import type { Next } from 'koa';
import { isProbe, pathOf, type RequestContext } from '../http/request-state.ts';
import type { Problem } from '../http/problems.ts';
import type { Log } from '../log.ts';
import { traceFields } from '@aio/runtime/logger';
import { logEvent } from '@aio/runtime/log-event';
import { UNMATCHED } from './observe-request.ts';

export interface AccessLog {
  middleware(ctx: RequestContext, next: Next): Promise<void>;
  /** Logs input that is not HTTP, which never reaches the middleware. */
  refused(problem: Problem): void;
}

/**
 * Logs one line at info when a response or event stream ends. The line has no path and no query,
 * because both may hold private data. Probes have no line, or they would be most of the log.
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
