/**
 * How spans are made: by hand, few, and none at all where the trace is not sampled. Without a
 * parent there is no span either, unless it is said to be a root: loops in the background leave no
 * traces of one span.
 */
import {
  context,
  INVALID_SPAN_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { STABLE } from '@aio/catalog/semantic-conventions';
import { SPANS, spanName, type SpanKey } from '@aio/catalog/spans';
import { withSpanId } from './span-ids.ts';
import { contextFromHeaders, isSampled } from './trace-context.ts';

export interface SpanOptions {
  attributes?: Attributes;
  links?: Link[];
  /** Default: the active context. */
  parent?: Context;
  /** Milliseconds since the epoch. */
  startTime?: number | Date;
  /** true = starts a trace when there is no parent; the sampler decides. */
  root?: boolean;
}

/** A span whose end is known already, times by whatever clock measured them. */
export interface FinishedSpan {
  parent: Context;
  /** As recorded when the work began; default: a fresh one. */
  spanId?: string;
  startTime: number | Date;
  endTime: number | Date;
  attributes?: Attributes;
  links?: Link[];
  /** Code of what went wrong (`error.type`); null or absent = nothing did. */
  errorType?: string | null;
}

type Parts<K extends SpanKey> = Parameters<typeof spanName<K>>[1];

export interface Tracing {
  /**
   * Runs `work` in the server span of a request: child of the client's `traceparent`, else the root
   * of a new trace. The span's name starts as the method alone; the router knows the route later
   * (`span.updateName`).
   */
  inServerSpan<T>(
    request: {
      method: string;
      headers: Readonly<Record<string, string | string[] | undefined>>;
      attributes?: Attributes;
    },
    work: (span: Span) => Promise<T>,
  ): Promise<T>;
  /**
   * Runs `work` in a span of the catalogue. What it throws is recorded and thrown on. Where nothing
   * is sampled, `work` gets a span that records nothing.
   */
  inSpan<T, K extends SpanKey>(
    key: K,
    parts: Parts<K>,
    options: SpanOptions,
    work: (span: Span) => Promise<T> | T,
  ): Promise<T>;
  /**
   * Starts a span below the active one, for the caller to end; it does not become the active one.
   * undefined = there is nothing to add to: no parent, one that is not sampled, or one that has ended,
   * as that of a request whose event stream goes on.
   */
  startChild<K extends SpanKey>(key: K, parts: Parts<K>, attributes?: Attributes): Span | undefined;
  /** Exports a span that has ended already; returns its context, undefined = not sampled. */
  recordSpan<K extends SpanKey>(
    key: K,
    parts: Parts<K>,
    finished: FinishedSpan,
  ): SpanContext | undefined;
}

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Marks a span as failed, by the code alone: messages can hold what must not leave the process. */
export function recordError(span: Span, error: unknown): void {
  markFailed(span, errorTypeOf(error));
}

/** `error.type` of anything thrown: its `code`, else the name of its class. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Makes nothing; `work` simply runs. Also where somebody else has set up an SDK in this process. */
export const NO_TRACING: Tracing = {
  inServerSpan: async (_request, work) => work(NO_SPAN),
  inSpan: async (_key, _parts, _options, work) => work(NO_SPAN),
  startChild: () => undefined,
  recordSpan: () => undefined,
};

/**
 * Spans of one part of the product, over whatever `startTelemetry` has set up; without it, nothing
 * is made and `work` simply runs.
 * @param name of the instrumentation scope, e.g. `@aio/api`
 */
export function createTracing(name: string): Tracing {
  const tracer = trace.getTracer(name);

  async function inSpan<T>(
    spanTitle: () => string,
    kind: SpanKind,
    options: SpanOptions,
    work: (span: Span) => Promise<T> | T,
  ): Promise<T> {
    const parent = options.parent ?? context.active();
    const parentSpan = trace.getSpanContext(parent);
    if (parentSpan === undefined ? options.root !== true : !isSampled(parentSpan)) {
      return options.parent === undefined
        ? work(NO_SPAN)
        : context.with(parent, () => work(NO_SPAN));
    }
    // `root` stays here: to the SDK the word means to leave the parent out.
    const { root: _root, parent: _parent, ...spanOptions } = options;
    const span = tracer.startSpan(spanTitle(), { ...spanOptions, kind }, parent);
    try {
      return await context.with(trace.setSpan(parent, span), () => work(span));
    } catch (error) {
      recordError(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  return {
    inServerSpan: (request, work) =>
      inSpan(
        () => request.method,
        SpanKind.SERVER,
        {
          parent: contextFromHeaders(request.headers),
          root: true,
          ...(request.attributes ? { attributes: request.attributes } : {}),
        },
        work,
      ),

    inSpan: (key, parts, options, work) =>
      inSpan(() => spanName(key, parts), KINDS[SPANS[key].kind], options, work),

    startChild(key, parts, attributes) {
      const parent = context.active();
      if (trace.getSpan(parent)?.isRecording() !== true) return undefined;
      const kind = KINDS[SPANS[key].kind];
      const options = attributes === undefined ? { kind } : { kind, attributes };
      return tracer.startSpan(spanName(key, parts), options, parent);
    },

    recordSpan(key, parts, finished) {
      const parentSpan = trace.getSpanContext(finished.parent);
      if (parentSpan === undefined || !isSampled(parentSpan)) return undefined;
      const start = () =>
        tracer.startSpan(
          spanName(key, parts),
          {
            kind: KINDS[SPANS[key].kind],
            startTime: finished.startTime,
            ...(finished.attributes ? { attributes: finished.attributes } : {}),
            ...(finished.links ? { links: finished.links } : {}),
          },
          finished.parent,
        );
      const span = finished.spanId === undefined ? start() : withSpanId(finished.spanId, start);
      if (finished.errorType) markFailed(span, finished.errorType);
      span.end(finished.endTime);
      return span.spanContext();
    },
  };
}

function markFailed(span: Span, errorType: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(STABLE.errorType, errorType);
}
