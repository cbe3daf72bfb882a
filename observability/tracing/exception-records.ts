/**
 * Exceptions as log records. OpenTelemetry moves them there from events of spans; OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN
 * says where they are during the move. Works for spans of every library, because it reads ended spans.
 */
import { logs, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { framesOf } from './span-state.ts';

/** Values of OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: only log records, or also events of spans. */
export type ExceptionSignal = 'logs' | 'logs/dup';

export interface ExceptionRecordOptions {
  signal: ExceptionSignal;
  /** Name of the record's event. Default: `exception`. */
  nameOf?: ((span: ReadableSpan) => string) | undefined;
}

const EXCEPTION = 'exception';
const SCOPE = 'exceptions of spans';

/**
 * Emits a log record for each exception of an ended span, with class, stack and `error.type`, and gives the span on. No
 * record has a message, because messages quote values.
 */
export function withExceptionRecords(
  next: SpanProcessor,
  { signal, nameOf = () => EXCEPTION }: ExceptionRecordOptions,
): SpanProcessor {
  return {
    onStart: (span, parent) => next.onStart(span, parent),
    onEnd(span) {
      const isException = ({ name }: { name: string }) => name === EXCEPTION;
      if (!span.events.some(isException)) return next.onEnd(span);
      for (const event of span.events.filter(isException)) emit(span, event, nameOf(span));
      if (signal === 'logs/dup') return next.onEnd(span);
      const events = span.events.filter((event) => !isException(event));
      // A span that ended is not changed, because other processors see it, too.
      next.onEnd(Object.create(span, { events: { value: events } }) as ReadableSpan);
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  };
}

function emit(
  span: ReadableSpan,
  { time, attributes = {} }: ReadableSpan['events'][number],
  eventName: string,
): void {
  const message = attributes['exception.message'];
  const stack = attributes['exception.stacktrace'];
  const frames =
    typeof message === 'string' ? framesOf({ message, stack: String(stack ?? '') }) : stack;
  logs.getLogger(SCOPE).emit({
    timestamp: time,
    // The work went on: what ends a process is in its log.
    severityNumber: SeverityNumber.WARN,
    severityText: 'warn',
    eventName,
    body: `A span recorded an exception: ${span.name}`,
    context: trace.setSpanContext(ROOT_CONTEXT, span.spanContext()),
    attributes: {
      'event.name': eventName,
      'exception.type': attributes['exception.type'],
      ...(frames !== undefined && { 'exception.stacktrace': frames }),
      ...(span.attributes['error.type'] !== undefined && {
        'error.type': span.attributes['error.type'],
      }),
    },
  });
}
