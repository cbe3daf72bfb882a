/** Where the spans of this process come from, while traces are exported. */
import {
  isSpanContextValid,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
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
  /**
   * Whether a span is to be kept that is not below another one of this process. Below the same parent the
   * answer is the same: none of the samplers looks at more than the parent and the trace.
   */
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
  /** All steps of a run have the same, and end in a row: to look at it anew took a tenth of what a span costs. */
  let latest: Remote | null = null;

  function remoteOf(span: Span, start: SpanStart, parent: Context): Remote | null {
    if (latest?.span === span) return latest;
    const context = span.spanContext();
    if (!isSpanContextValid(context)) return null;
    return (latest = { span, context, isWanted: isWanted(start, parent, context.traceId) });
  }

  return {
    of(scope) {
      const origin: SpanOrigin = { resource, scope: { name: scope }, onEnd };
      return (start, parent, spanId = newSpanId()) => {
        const above = trace.getSpan(parent);
        if (above instanceof RecordedSpan) {
          const over = above.spanContext();
          return new RecordedSpan(origin, sampled(over, spanId), start, over, above);
        }
        const remote = above === undefined ? null : remoteOf(above, start, parent);
        const trunk = remote?.context ?? { traceId: newTraceId() };
        if (!(remote?.isWanted ?? isWanted(start, parent, trunk.traceId))) {
          return trace.wrapSpanContext({ ...sampled(trunk, spanId), traceFlags: TraceFlags.NONE });
        }
        return new RecordedSpan(origin, sampled(trunk, spanId), start, remote?.context);
      };
    },
  };
}

/** A parent that is no span of this process. */
interface Remote {
  readonly span: Span;
  readonly context: SpanContext;
  readonly isWanted: boolean;
}

function sampled(
  { traceId, traceState }: Pick<SpanContext, 'traceId' | 'traceState'>,
  spanId: string,
): SpanContext {
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return traceState === undefined ? context : { ...context, traceState };
}
