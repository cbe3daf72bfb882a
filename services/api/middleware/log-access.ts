import { isProbe, type Middleware, pathOf } from '../http/request-state.ts';
import type { Log } from '../log.ts';
import { traceFields } from '@aio/runtime/logger';
import { logEvent } from '@aio/runtime/log-event';
import { UNMATCHED } from './observe-request.ts';

/**
 * Logs one line at info when a response or event stream ends. The line has no path and no query,
 * because both may hold private data. Probes have no line, or they would be most of the log.
 */
export function logAccess({
  log,
  accessLogEnabled,
}: {
  log: Log;
  accessLogEnabled: boolean;
}): Middleware {
  return (ctx, next) => {
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
  };
}
