/** Trace context between processes: columns of a row, headers, links. */
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
import { isSampled } from './span-state.ts';

export { isSampled };

/** The context of saved columns; empty (not traced) for null or an invalid value. */
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

/** Headers that pass the trace to another process; empty if not traced. */
export function traceHeaders(from: Context = context.active()): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(from, headers);
  return headers;
}

/** `traceparent` of a span, also of an unsampled one, because it carries the decision; null = not traced. */
export function traceparentOf(span: Span | SpanContext): string | null {
  const { traceId, spanId, traceFlags } = spanContextOf(span);
  if (!isSpanContextValid({ traceId, spanId, traceFlags })) return null;
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** `tracestate` of a span; null when it has none. */
export function tracestateOf(span: Span | SpanContext): string | null {
  return spanContextOf(span).traceState?.serialize() || null;
}

/** The trace id for an exemplar, if the trace is sampled. Default: the active trace. */
export function sampledTraceId(from: Context = context.active()): string | undefined {
  const spanContext = trace.getSpanContext(from);
  return spanContext !== undefined && isSampled(spanContext) ? spanContext.traceId : undefined;
}

/** Runs work that does not belong to one request, outside of any trace. */
export function withoutTrace<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/**
 * The context of a span below `parent` that is exported later as `spanId`, as parent for other spans. Returns an unsampled
 * or empty parent unchanged.
 */
export function contextOfOpenSpan(parent: Context, spanId: string): Context {
  const spanContext = trace.getSpanContext(parent);
  if (spanContext === undefined || !isSampled(spanContext)) return parent;
  return trace.setSpan(parent, trace.wrapSpanContext({ ...spanContext, spanId, isRemote: false }));
}

/** A link to a span known only by its ids. */
export function linkTo({ traceId, spanId }: { traceId: string; spanId: string }): Link {
  return { context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true } };
}

/** Links to the span of a request in another trace; none for null or an unsampled trace. */
export function linksToCause(traceparent: string | null | undefined): Link[] {
  const cause = trace.getSpanContext(contextFromTraceparent(traceparent));
  return cause !== undefined && isSampled(cause) ? [{ context: cause }] : [];
}

/** Of a span, or of its known ids. */
export function spanContextOf(span: Span | SpanContext): SpanContext {
  return 'spanContext' in span ? span.spanContext() : span;
}
