import type { Next } from 'koa';
import type { Exemplar, Metrics } from '@aio/catalog/metrics/instruments';
import {
  httpMethodLabel,
  OWNER_STATUSES,
  ownerStatus,
  statusClass,
} from '@aio/catalog/metrics/labels';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { spanName } from '@aio/catalog/traces/spans';
import { countDatabaseTime } from '@aio/runtime/observe-database';
import { isSampled, traceparentOf } from '@aio/runtime/trace-context';
import { recordError, type Tracing } from '@aio/runtime/tracing';
import { type Attributes, isSpanContextValid, type Span } from '@opentelemetry/api';
import {
  isProbe,
  type Middleware,
  pathOf,
  type RequestContext,
  type RequestState,
} from '../http/request-state.ts';

/** Route label of requests that match no route. */
export const UNMATCHED = 'unmatched';

export interface RequestObserver {
  /** Measures the whole request, and traces it if it fails before authentication. */
  measured: Middleware;
  /** Starts the span after authentication, and answers errors in it. */
  traced: Middleware;
}

export type RequestMetrics = Pick<
  Metrics<'api'>,
  'httpRequestDuration' | 'httpResponses' | 'httpRequestsInFlight' | 'ownerRequests'
>;

/**
 * Traces and measures requests. A `traceparent` decides whether the trace is kept, so the span starts
 * only after authentication, with the start time of the request.
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

/** Duration of the request so far and of its queries, in ms. Only authenticated callers get the latter. */
function serverTiming({ startedAt, principal }: RequestState, databaseMs: number): string {
  const total = `total;dur=${(performance.now() - startedAt).toFixed(1)}`;
  return principal === undefined ? total : `${total}, db;dur=${databaseMs.toFixed(1)}`;
}

/**
 * Whether the request's `traceparent` counts: from authenticated callers, and from trusted proxies if
 * the request has no credentials. Unchecked or invalid credentials do not count.
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
  // By convention, a 4xx is no error of the server span.
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
    const { statusCode } = ctx.res;
    const { route = UNMATCHED, startedAt } = ctx.state;
    const seconds = (performance.now() - startedAt) / 1000;
    metrics.httpRequestDuration.observe(
      { method: httpMethodLabel(ctx.method), route, status: String(statusCode) },
      seconds,
      exemplarOf(ctx),
    );
    // Without an answer, the client has left, or the proxy answers and counts instead.
    if (!isProbe(route) && ctx.res.writableFinished)
      metrics.httpResponses.observe({ status: statusClass(statusCode) }, seconds);
    countByOwner(ctx, metrics);
  });
}

/** The first request creates all series of an owner, so that `increase()` sees the first 429. */
function countByOwner({ state, res }: RequestContext, metrics: RequestMetrics): void {
  if (state.principal === undefined) return;
  const owner = state.principal.subject;
  const answered = ownerStatus(res.statusCode);
  for (const status of OWNER_STATUSES)
    metrics.ownerRequests.inc({ owner, status }, status === answered ? 1 : 0);
}

/** Trace id of an exemplar; undefined = the trace is not kept. */
function exemplarOf({ state }: RequestContext): Exemplar | undefined {
  const context = state.span?.spanContext();
  return context !== undefined && isSampled(context) ? { trace_id: context.traceId } : undefined;
}

/** `host:port` of a Host header, also where the host is an IPv6 address in brackets. */
const HOST = /^(?:\[([\da-f:.]+)\]|([^:]+))(?::(\d+))?$/i;

/**
 * First attributes of the server span, without the URL's query.
 * @param method as a label
 */
export function describeRequest(ctx: RequestContext, method: string): Attributes {
  const { headers, state } = ctx;
  // Only a trusted proxy can say so: it terminates TLS.
  const isSecure = state.isForwarded === true && headers['x-forwarded-proto'] === 'https';
  return {
    [ATTRIBUTES.httpRequestMethod]: method,
    [ATTRIBUTES.urlPath]: pathOf(ctx),
    [ATTRIBUTES.urlScheme]: isSecure ? 'https' : 'http',
    [ATTRIBUTES.clientAddress]: state.address,
    [ATTRIBUTES.userAgentOriginal]: headers['user-agent'],
    [ATTRIBUTES.networkProtocolVersion]: ctx.req.httpVersion,
    ...describeHost(headers.host ?? '', isSecure ? 443 : 80),
  };
}

function describeHost(header: string, defaultPort: number): Attributes {
  const [matched, bracketed, host = bracketed, port] = HOST.exec(header) ?? [];
  if (matched === undefined) return {};
  return {
    [ATTRIBUTES.serverAddress]: host,
    [ATTRIBUTES.serverPort]: port === undefined ? defaultPort : Number(port),
  };
}
