/** The state of a span: sampled, ended, failed. */
import {
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';

export function isSampled(spanContext: SpanContext): boolean {
  return (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/**
 * The span of a context, as parent of a new span. undefined = there is none, it is not sampled, or it has ended, as with
 * the request of an open event stream.
 */
export function openSpanOf(within: Context): Span | undefined {
  const span: (Span & { ended?: boolean }) | undefined = trace.getSpan(within);
  if (span === undefined || !isSampled(span.spanContext())) return undefined;
  // A span known only by its id, exported elsewhere or later, has no `ended`.
  return span.ended === true ? undefined : span;
}

/**
 * Marks a span as failed with `error.type` and an exception with class and stack. It never records messages, because they
 * can quote a payload, a prompt or a key.
 * Work that was ended on purpose has no exception.
 * @param interruptions see `markFailed`
 */
export function recordError(
  span: Span,
  error: unknown,
  interruptions: readonly string[] = [],
): void {
  const errorType = errorTypeOf(error);
  markFailed(span, errorType, interruptions);
  if (!(error instanceof Error) || interruptions.includes(errorType)) return;
  const stack = framesOf(error);
  span.recordException({ name: error.name, ...(stack !== undefined && { stack }) });
}

/** `error.type` of a thrown value: its `code`, else the name of its class. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * Sets `error.type`, and the status of a failed span.
 * @param errorType a code, never a message
 * @param interruptions error types of work that was ended on purpose, such as `cancelled`: the span did not fail
 */
export function markFailed(
  span: Span,
  errorType: string,
  interruptions: readonly string[] = [],
): void {
  if (!interruptions.includes(errorType)) span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', errorType);
}

/** The stack without the message; undefined if it does not begin with the message. */
export function framesOf({
  message,
  stack = '',
}: Pick<Error, 'message' | 'stack'>): string | undefined {
  const start = message === '' ? -1 : stack.indexOf(message);
  return start === -1 ? undefined : stack.slice(start + message.length).trim();
}
