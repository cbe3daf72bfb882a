/**
 * Creates spans explicitly, few of them, and none in unsampled traces. A trace begins with a request. Without a parent
 * there is no span, so that background loops do not create single-span traces.
 */
import {
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions as StartOptions,
} from '@opentelemetry/api';
import { withSpanId } from './span-ids.ts';
import { isSampled, markFailed, openSpanOf, recordError } from './span-state.ts';

export interface SpanOptions {
  /** Default: internal. */
  kind?: SpanKind;
  attributes?: Attributes;
  links?: Link[];
  /** Default: the active context. */
  parent?: Context;
  /** Milliseconds since the epoch. */
  startTime?: number | Date;
}

/** A span that has already ended. */
export interface FinishedSpan extends SpanOptions {
  parent: Context;
  /** Id chosen when the work began; default: a new one. Needs the SDK's `idGenerator` to be that of `span-ids.ts`. */
  spanId?: string;
  startTime: number | Date;
  endTime: number | Date;
  /** Error code (`error.type`); null or absent = no error. */
  errorType?: string | null;
}

export interface Spans {
  /**
   * Runs `work` in the server span of a request: child of the client's `traceparent`, else the root of a new trace. The
   * span is named after the method until the router knows the route (`span.updateName`). If the client does not sample,
   * `work` gets a span with the client's ids that records nothing.
   */
  inServerSpan<T>(
    request: {
      method: string;
      headers: Readonly<Record<string, string | string[] | undefined>>;
      attributes?: Attributes;
      /** Default: now. */
      startTime?: number;
      /** false = do not trust the client's `traceparent`: start a new trace, linked to it. Default: true. */
      isBelieved?: boolean;
    },
    work: (span: Span) => Promise<T>,
  ): Promise<T>;
  /**
   * Runs `work` in a span. Records its errors and rethrows them. In an unsampled trace, `work` gets a span that records
   * nothing.
   */
  inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T> | T): Promise<T>;
  /**
   * Starts a span below the active one, without making it active. The caller must end it. Returns undefined without a
   * parent, or if the parent is not sampled or has ended.
   */
  startChild(name: string, options?: Omit<SpanOptions, 'parent'>): Span | undefined;
  /**
   * Starts a new trace, if the sampler keeps it, without making its span active.
   * @param options.cause span of another trace, for a link
   */
  startRoot(name: string, options: Omit<SpanOptions, 'parent' | 'links'> & { cause: Span }): Span;
  /** Exports a span that has already ended. @returns its context; undefined = not sampled */
  recordSpan(name: string, finished: FinishedSpan): SpanContext | undefined;
}

/** Records nothing. */
export const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * Creates spans through the SDK that this process has started. Without one, `work` just runs.
 * @param options.scope name of the instrumentation scope, such as `my-service`
 * @param options.version of that scope
 * @param options.interruptions error types of work that was ended on purpose, see `markFailed`
 */
export function createSpans(options: {
  scope: string;
  version?: string | undefined;
  interruptions?: readonly string[];
}): Spans {
  const { interruptions } = options;
  const tracer = trace.getTracer(options.scope, options.version);

  function run<T>(
    name: string,
    start: StartOptions,
    parent: Context,
    work: (span: Span) => Promise<T> | T,
  ): Promise<T> {
    return tracer.startActiveSpan(name, start, parent, async (span) => {
      try {
        return await work(span);
      } catch (error) {
        recordError(span, error, interruptions);
        throw error;
      } finally {
        span.end();
      }
    });
  }

  return {
    inServerSpan({ method, headers, isBelieved = true, ...rest }, work) {
      const parent = propagation.extract(ROOT_CONTEXT, headers);
      const above = trace.getSpanContext(parent);
      const start = { kind: SpanKind.SERVER, ...rest };
      if (above === undefined) return run(method, start, parent, work);
      if (!isBelieved)
        return run(method, { ...start, links: [{ context: above }] }, ROOT_CONTEXT, work);
      if (isSampled(above)) return run(method, start, parent, work);
      return context.with(parent, work, undefined, trace.wrapSpanContext(above));
    },

    async inSpan(name, { parent: given, ...start }, work) {
      const parent = given ?? context.active();
      const above = trace.getSpanContext(parent);
      if (above === undefined || !isSampled(above)) {
        return given === undefined ? work(NO_SPAN) : context.with(parent, work, undefined, NO_SPAN);
      }
      return run(name, start, parent, work);
    },

    startChild(name, start = {}) {
      const parent = context.active();
      return openSpanOf(parent) && tracer.startSpan(name, start, parent);
    },

    startRoot(name, { cause, ...start }) {
      const above = cause.spanContext();
      const links = isSpanContextValid(above) ? [{ context: above }] : [];
      return tracer.startSpan(name, { ...start, links }, ROOT_CONTEXT);
    },

    recordSpan(name, { parent, spanId, endTime, errorType, ...options }) {
      const above = trace.getSpanContext(parent);
      if (above === undefined || !isSampled(above)) return undefined;
      const start = () => tracer.startSpan(name, options, parent);
      const span = spanId === undefined ? start() : withSpanId(spanId, start);
      if (errorType) markFailed(span, errorType, interruptions);
      span.end(endTime);
      return span.spanContext();
    },
  };
}
