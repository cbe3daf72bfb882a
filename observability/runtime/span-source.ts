/** Where the spans of this process come from, while traces are exported. */
import {
  isSpanContextValid,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
  type TraceState,
} from '@opentelemetry/api';
import { RecordedSpan, type SpanOrigin, type SpanStart } from './recorded-span.ts';
import { newSpanId, newTraceId } from './span-ids.ts';

export interface SpanSource {
  /** @param scope name of the instrumentation scope */
  of(scope: string): StartSpan;
}

/**
 * Starts a span below that of the context, else the root of a new trace; one that records nothing where
 * the sampler does not want it.
 * @param spanId chosen earlier; default: a fresh one
 */
export type StartSpan = (start: SpanStart, parent: Context, spanId?: string) => Span;

export interface SpanSourceDeps extends Omit<SpanOrigin, 'scope'> {
  /** Whether a span is to be kept that is not below another one of this process. */
  isWanted(start: SpanStart, parent: Context, traceId: string): boolean;
}

// One per process, as the tracer provider of the OpenTelemetry API is.
let current: SpanSource | null = null;

/** null = nothing is traced. */
export function currentSpanSource(): SpanSource | null {
  return current;
}

export function setSpanSource(source: SpanSource | null): void {
  current = source;
}

export function createSpanSource({ resource, onEnd, isWanted }: SpanSourceDeps): SpanSource {
  return {
    of(scope) {
      const origin: SpanOrigin = { resource, scope: { name: scope }, onEnd };
      return (start, parent, spanId = newSpanId()) => {
        const above = trace.getSpan(parent);
        const parentContext = validContextOf(above);
        const traceId = parentContext?.traceId ?? newTraceId();
        const traceState = parentContext?.traceState;
        // Below a span that is recorded here, it is decided already.
        const local = above instanceof RecordedSpan ? above : undefined;
        if (local === undefined && !isWanted(start, parent, traceId)) {
          return trace.wrapSpanContext(contextOf(traceId, spanId, TraceFlags.NONE, traceState));
        }
        const context = contextOf(traceId, spanId, TraceFlags.SAMPLED, traceState);
        return new RecordedSpan(origin, context, start, parentContext, local);
      };
    },
  };
}

function validContextOf(span: Span | undefined): SpanContext | undefined {
  if (span === undefined) return undefined;
  const context = span.spanContext();
  return span instanceof RecordedSpan || isSpanContextValid(context) ? context : undefined;
}

function contextOf(
  traceId: string,
  spanId: string,
  traceFlags: TraceFlags,
  traceState: TraceState | undefined,
): SpanContext {
  const context = { traceId, spanId, traceFlags };
  return traceState === undefined ? context : { ...context, traceState };
}
