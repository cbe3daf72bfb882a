import { isSampled } from '@aio/runtime/trace-context';
import type { SessionTraces } from '../auth/session-traces.ts';
import type { Middleware } from '../http/request-state.ts';

/** Remembers the sampled traces that pages of a session begin, so that they may send their own spans. */
export function rememberTrace(traces: Pick<SessionTraces, 'carried'>): Middleware {
  return ({ state, headers }, next) => {
    const session = state.principal?.session;
    const context = state.span?.spanContext();
    if (session && context && headers.traceparent !== undefined && isSampled(context))
      traces.carried(session, context.traceId);
    return next();
  };
}
