import type { Next } from 'koa';
import type { Metrics } from '@aio/catalog/instruments';
import { httpMethodLabel } from '@aio/catalog/labels';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import { spanName } from '@aio/catalog/spans';
import { isSampled } from '@aio/runtime/trace-context';
import { recordError, type Tracing } from '@aio/runtime/tracing';
import type { Span } from '@opentelemetry/api';
import { isProbe, pathOf, type RequestContext } from '../http/request-state.ts';

const UNMATCHED = 'unmatched';

/** The one place where a request becomes a span and a measurement. */
export function observeRequest(deps: {
  tracing: Tracing;
  metrics: Pick<Metrics<'api'>, 'httpRequestDuration' | 'httpRequestsInFlight'>;
}) {
  return (ctx: RequestContext, next: Next): Promise<void> => {
    const path = pathOf(ctx);
    measure(ctx, deps.metrics);
    if (isProbe(path)) return next();
    const method = httpMethodLabel(ctx.method);
    const attributes = {
      [ATTRIBUTES.httpRequestMethod]: method,
      [ATTRIBUTES.urlPath]: path,
      [ATTRIBUTES.urlScheme]: 'http',
    };
    return deps.tracing.inServerSpan({ method, headers: ctx.headers, attributes }, (span) =>
      answerInSpan(span, ctx, next),
    );
  };
}

async function answerInSpan(span: Span, ctx: RequestContext, next: Next): Promise<void> {
  const context = span.spanContext();
  ctx.state.span = span;
  ctx.state.traceId = isSampled(context) ? context.traceId : null;
  await next();
  finishSpan(span, ctx);
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

function measure(
  ctx: RequestContext,
  metrics: Pick<Metrics<'api'>, 'httpRequestDuration' | 'httpRequestsInFlight'>,
): void {
  const startedAt = performance.now();
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
      (performance.now() - startedAt) / 1000,
      ctx.state.traceId ?? undefined,
    );
  });
}
