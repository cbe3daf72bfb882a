import { SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';

/** `createSpans` of spans.ts. */
interface ServerSpans {
  inServerSpan<T>(
    request: {
      method: string;
      headers: Readonly<Record<string, string | string[] | undefined>>;
      attributes?: Attributes;
    },
    work: (span: Span) => Promise<T>,
  ): Promise<T>;
}

/** The parts of Koa's context that the middleware uses. */
interface TracedContext {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly status: number;
  readonly state: { traceId?: string };
}

/**
 * Koa middleware, before all others that do work: a server span per request, `GET /orders/:id`, with OpenTelemetry's
 * attributes (HTTP semantic conventions, stable). A status of 500 or more is an error; `ctx.throw(404)` is none.
 * `ctx.state.traceId` is the id of a sampled trace, e.g. for exemplars.
 * @param routeOf default: what `@koa/router` stores; without a route, the span is named after the method
 */
export function traceRequests(
  spans: ServerSpans,
  routeOf: (ctx: TracedContext) => string | undefined = (ctx) =>
    (ctx as { _matchedRoute?: string })._matchedRoute,
): (ctx: TracedContext, next: () => Promise<unknown>) => Promise<void> {
  return async (ctx, next) => {
    const { method, headers, path } = ctx;
    const attributes = { 'http.request.method': method, 'url.path': path };
    const thrown = await spans.inServerSpan({ method, headers, attributes }, async (span) => {
      if (span.isRecording()) ctx.state.traceId = span.spanContext().traceId;
      const error = await next().then(
        () => undefined,
        (reason: unknown) => reason ?? new Error('A handler threw nothing'),
      );
      const route = routeOf(ctx);
      if (route !== undefined)
        span.updateName(`${method} ${route}`).setAttribute('http.route', route);
      const status = error === undefined ? ctx.status : statusOf(error);
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute('error.type', error instanceof Error ? error.name : String(status));
      }
      return error;
    });
    if (thrown !== undefined) throw thrown;
  };
}

/** As Koa answers it. */
function statusOf(error: unknown): number {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
