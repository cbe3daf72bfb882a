import type { Next } from 'koa';
import type { Metrics } from '@aio/catalog/instruments';
import { httpMethodLabel, OWNER_STATUSES, ownerStatus } from '@aio/catalog/labels';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import { spanName } from '@aio/catalog/spans';
import { countDatabaseTime } from '@aio/runtime/database-time';
import { isSampled, traceparentOf } from '@aio/runtime/trace-context';
import { recordError, type Tracing } from '@aio/runtime/tracing';
import { isSpanContextValid, type Span } from '@opentelemetry/api';
import {
  isProbe,
  type Middleware,
  pathOf,
  type RequestContext,
  type RequestState,
} from '../http/request-state.ts';
import { describeRequest } from './describe-request.ts';

/** Where a request went that reached no route. */
export const UNMATCHED = 'unmatched';

export interface RequestObserver {
  /** Around all of a request: measures it, and traces what is refused before anybody is known. */
  measured: Middleware;
  /** From the moment on that it is known who asks, if anybody: the span, in which problems are answered. */
  traced: Middleware;
}

export type RequestMetrics = Pick<
  Metrics<'api'>,
  'httpRequestDuration' | 'httpRequestsInFlight' | 'ownerRequests'
>;

/**
 * The one place where a request becomes a span and a measurement. A `traceparent` names the trace and decides
 * whether it is kept, so the span begins only when it is known whose that is (its time is the request's).
 */
export function observeRequest(deps: {
  tracing: Tracing;
  metrics: RequestMetrics;
  answerProblems: Middleware;
}): RequestObserver {
  const { tracing, metrics, answerProblems } = deps;

  async function traced(ctx: RequestContext, next: Next): Promise<void> {
    if (isProbe(pathOf(ctx))) return answerProblems(ctx, next);
    const method = httpMethodLabel(ctx.method);
    const request = {
      method,
      headers: ctx.headers,
      attributes: describeRequest(ctx, method),
      startTime: Date.now() - (performance.now() - ctx.state.startedAt),
      isBelieved: isBelieved(ctx),
    };
    await tracing.inServerSpan(request, async (span) => {
      const context = span.spanContext();
      ctx.state.span = span;
      ctx.state.traceId = isSpanContextValid(context) ? context.traceId : null;
      const traceresponse = traceparentOf(context);
      if (traceresponse !== null) ctx.set('traceresponse', traceresponse);
      await answerProblems(ctx, next);
      finishSpan(span, ctx);
    });
  }

  return {
    traced,
    async measured(ctx, next) {
      ctx.state.startedAt = performance.now();
      ctx.state.traceId = null;
      measure(ctx, metrics);
      const database = { ms: 0 };
      try {
        await countDatabaseTime(database, next);
      } catch (error) {
        await traced(ctx, () => Promise.reject(error));
      }
      ctx.set('Server-Timing', serverTiming(ctx.state, database.ms));
    },
  };
}

/** Times of the whole request so far and of its queries together, in milliseconds; the latter is for who is known. */
function serverTiming({ startedAt, principal }: RequestState, databaseMs: number): string {
  const total = `total;dur=${(performance.now() - startedAt).toFixed(1)}`;
  return principal === undefined ? total : `${total}, db;dur=${databaseMs.toFixed(1)}`;
}

/**
 * Whether the request's `traceparent` counts: that of an authenticated caller, and of a configured proxy that
 * hands on what comes without credentials. Credentials that were not checked, or are no good, count for nothing.
 */
function isBelieved({ state, headers }: RequestContext): boolean {
  if (state.principal !== undefined) return true;
  const hasCredentials = headers.authorization !== undefined || headers.cookie !== undefined;
  return state.isForwarded === true && !hasCredentials;
}

function finishSpan(span: Span, ctx: RequestContext): void {
  if (!span.isRecording()) return;
  const { route, error } = ctx.state;
  if (route !== undefined) {
    span.updateName(spanName('httpServer', { method: ctx.method, route }));
    span.setAttribute(ATTRIBUTES.httpRoute, route);
  }
  span.setAttribute(ATTRIBUTES.httpResponseStatusCode, ctx.status);
  // By convention a 4xx is the client's error, not the server's.
  if (ctx.status >= 500) recordError(span, error);
}

function measure(ctx: RequestContext, metrics: RequestMetrics): void {
  metrics.httpRequestsInFlight.inc();
  let inFlight = true;
  const leave = (): void => {
    if (inFlight) metrics.httpRequestsInFlight.dec();
    inFlight = false;
  };
  ctx.res.once('close', () => {
    leave();
    if (ctx.response.type === 'text/event-stream') return;
    metrics.httpRequestDuration.observe(
      {
        method: httpMethodLabel(ctx.method),
        route: ctx.state.route ?? UNMATCHED,
        status: String(ctx.res.statusCode),
      },
      (performance.now() - ctx.state.startedAt) / 1000,
      exemplarOf(ctx),
    );
    countByOwner(ctx, metrics);
  });
}

/** All series of an owner begin with the first request, so that their first 429 is an increase. */
function countByOwner({ state, res }: RequestContext, metrics: RequestMetrics): void {
  if (state.principal === undefined) return;
  const owner = state.principal.subject;
  const answered = ownerStatus(res.statusCode);
  for (const status of OWNER_STATUSES)
    metrics.ownerRequests.inc({ owner, status }, status === answered ? 1 : 0);
}

/** The trace that an exemplar leads to; undefined = none that is kept. */
function exemplarOf({ state }: RequestContext): string | undefined {
  const context = state.span?.spanContext();
  return context !== undefined && isSampled(context) ? context.traceId : undefined;
}
