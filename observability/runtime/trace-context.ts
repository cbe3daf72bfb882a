/** What travels between processes of one trace: headers, columns of a run, links, exemplars. */
import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';

/** The context of a request's headers; without a `traceparent`, the empty one. */
export function contextFromHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}

/** The context of what was saved of a trace; null, or nonsense, gives the empty one: not traced. */
export function contextFromTraceparent(
  traceparent: string | null | undefined,
  tracestate?: string | null,
): Context {
  if (!traceparent) return ROOT_CONTEXT;
  return propagation.extract(ROOT_CONTEXT, {
    traceparent,
    ...(tracestate ? { tracestate } : {}),
  });
}

/** Headers that carry the trace on to another process; empty when nothing is traced. */
export function traceHeaders(from: Context = context.active()): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(from, headers);
  return headers;
}

/** `traceparent` of a span, unsampled ones included (the decision travels too); null = not traced. */
export function traceparentOf(span: Span | SpanContext): string | null {
  const { traceId, spanId, traceFlags } = spanContextOf(span);
  if (!isSpanContextValid({ traceId, spanId, traceFlags })) return null;
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** `tracestate` of a span; null when it has none. */
export function tracestateOf(span: Span | SpanContext): string | null {
  return spanContextOf(span).traceState?.serialize() || null;
}

/** The trace id, if the trace is sampled: the exemplar of an observation. Default: the active one. */
export function sampledTraceId(from: Context = context.active()): string | undefined {
  const spanContext = trace.getSpanContext(from);
  return spanContext !== undefined && isSampled(spanContext) ? spanContext.traceId : undefined;
}

/** Runs work that is no single request's: whatever it does becomes part of no trace. */
export function withoutTrace<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

export function isSampled(spanContext: SpanContext): boolean {
  return (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/**
 * Below `parent`, the context of a span that is still open and is exported later under `spanId`:
 * parent of whatever the work makes meanwhile. An unsampled or empty parent comes back as it is.
 */
export function contextOfOpenSpan(parent: Context, spanId: string): Context {
  const spanContext = trace.getSpanContext(parent);
  if (spanContext === undefined || !isSampled(spanContext)) return parent;
  return trace.setSpan(parent, trace.wrapSpanContext({ ...spanContext, spanId, isRemote: false }));
}

/** A link to a span that is known by its ids alone. */
export function linkTo({ traceId, spanId }: { traceId: string; spanId: string }): Link {
  return { context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true } };
}

/** Links to the span of a request of another trace; null, or one of a trace that is not sampled: none. */
export function linksToCause(traceparent: string | null | undefined): Link[] {
  const cause = trace.getSpanContext(contextFromTraceparent(traceparent));
  return cause !== undefined && isSampled(cause) ? [{ context: cause }] : [];
}

/** Of a span, or what is known of one. */
export function spanContextOf(span: Span | SpanContext): SpanContext {
  return 'spanContext' in span ? span.spanContext() : span;
}
