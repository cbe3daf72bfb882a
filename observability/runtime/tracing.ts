/**
 * Creates spans explicitly, few of them, and none in unsampled traces. A trace begins with a request. Without a parent
 * there is no span, so that background loops do not create single-span traces.
 */
import {
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions as StartOptions,
} from '@opentelemetry/api';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import { STABLE } from '@aio/catalog/traces/semantic-conventions';
import { SPANS, spanName, type SpanKey } from '@aio/catalog/traces/spans';
import { withSpanId } from './span-ids.ts';
import { contextFromHeaders, isSampled } from './trace-context.ts';

export interface SpanOptions {
  attributes?: Attributes;
  links?: Link[];
  /** Default: the active context. */
  parent?: Context;
  /** Milliseconds since the epoch. */
  startTime?: number | Date;
}

/** A span that has already ended. */
export interface FinishedSpan {
  parent: Context;
  /** Id chosen when the work began; default: a new one. */
  spanId?: string;
  startTime: number | Date;
  endTime: number | Date;
  attributes?: Attributes;
  links?: Link[];
  /** Error code (`error.type`); null or absent = no error. */
  errorType?: string | null;
}

type Parts<K extends SpanKey> = Parameters<typeof spanName<K>>[1];

export interface Tracing {
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
   * Runs `work` in a span of the catalogue. Records its errors and rethrows them. In an unsampled trace, `work` gets a
   * span that records nothing.
   */
  inSpan<T, K extends SpanKey>(
    key: K,
    parts: Parts<K>,
    options: SpanOptions,
    work: (span: Span) => Promise<T> | T,
  ): Promise<T>;
  /**
   * Starts a span below the active one, without making it active. The caller must end it. Returns undefined without a
   * parent, or if the parent is not sampled or has ended, as with the request of an open event stream.
   */
  startChild<K extends SpanKey>(key: K, parts: Parts<K>, attributes?: Attributes): Span | undefined;
  /**
   * Starts a new trace, if the sampler keeps it, without making its span active.
   * @param options.cause span of another trace, for a link
   */
  startRoot<K extends SpanKey>(
    key: K,
    parts: Parts<K>,
    options: { attributes?: Attributes; cause: Span },
  ): Span;
  /** Exports a span that has already ended. @returns its context; undefined = not sampled */
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

/**
 * Marks a span as failed with `error.type` and an exception with class and stack. It never records messages, because they
 * can quote a payload, a prompt or a key.
 */
export function recordError(span: Span, error: unknown): void {
  markFailed(span, errorTypeOf(error));
  if (!(error instanceof Error)) return;
  const stack = framesOf(error);
  span.recordException({ name: error.name, ...(stack !== undefined && { stack }) });
}

/** `error.type` of a thrown value: its `code`, else the name of its class. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Creates no spans and just runs `work`, even if another SDK is set up in this process. */
export const NO_TRACING: Tracing = {
  inServerSpan: async (_request, work) => work(NO_SPAN),
  inSpan: async (_key, _parts, _options, work) => work(NO_SPAN),
  startChild: () => undefined,
  startRoot: () => NO_SPAN,
  recordSpan: () => undefined,
};

/**
 * Creates spans of a part of AIO through the SDK that `startTelemetry` started. Without it, `work` just runs.
 * @param scope name of the instrumentation scope, e.g. `@aio/api`
 * @param version of that part
 */
export function createTracing(scope: string, version?: string): Tracing {
  const tracer = trace.getTracer(scope, version);

  function run<T>(
    name: string,
    options: StartOptions,
    parent: Context,
    work: (span: Span) => Promise<T> | T,
  ): Promise<T> {
    return tracer.startActiveSpan(name, options, parent, (span) => runToEnd(span, work));
  }

  return {
    inServerSpan({ method, headers, isBelieved = true, ...rest }, work) {
      const parent = contextFromHeaders(headers);
      const above = trace.getSpanContext(parent);
      const options = { kind: SpanKind.SERVER, ...rest };
      if (above === undefined) return run(method, options, parent, work);
      if (!isBelieved)
        return run(method, { ...options, links: [{ context: above }] }, ROOT_CONTEXT, work);
      if (isSampled(above)) return run(method, options, parent, work);
      return context.with(parent, work, undefined, trace.wrapSpanContext(above));
    },

    async inSpan(key, parts, { parent: given, ...options }, work) {
      const parent = given ?? context.active();
      const above = trace.getSpanContext(parent);
      if (above === undefined || !isSampled(above)) {
        return given === undefined ? work(NO_SPAN) : context.with(parent, work, undefined, NO_SPAN);
      }
      return run(spanName(key, parts), { ...options, kind: kindOf(key) }, parent, work);
    },

    startChild(key, parts, attributes = {}) {
      const parent = context.active();
      const above = trace.getSpan(parent);
      if (above === undefined || !isSampled(above.spanContext()) || hasEnded(above))
        return undefined;
      return tracer.startSpan(spanName(key, parts), { kind: kindOf(key), attributes }, parent);
    },

    startRoot(key, parts, { attributes = {}, cause }) {
      const links = isSpanContextValid(cause.spanContext())
        ? [{ context: cause.spanContext() }]
        : [];
      const options = { kind: kindOf(key), attributes, links };
      return tracer.startSpan(spanName(key, parts), options, ROOT_CONTEXT);
    },

    recordSpan(key, parts, { parent, spanId, endTime, errorType, ...options }) {
      const above = trace.getSpanContext(parent);
      if (above === undefined || !isSampled(above)) return undefined;
      const start = () =>
        tracer.startSpan(spanName(key, parts), { ...options, kind: kindOf(key) }, parent);
      const span = spanId === undefined ? start() : withSpanId(spanId, start);
      if (errorType) markFailed(span, errorType);
      span.end(endTime);
      return span.spanContext();
    },
  };
}

function kindOf(key: SpanKey): SpanKind {
  return KINDS[SPANS[key].kind];
}

async function runToEnd<T>(span: Span, work: (span: Span) => Promise<T> | T): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    recordError(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Whether the span has ended. A span known only by its id, exported elsewhere or later, has not. */
export function hasEnded(span: Span & { ended?: boolean }): boolean {
  return span.ended === true;
}

/** Marks the span as failed, unless AIO itself ended the work. @param errorType a code, never a message */
export function markFailed(span: Span, errorType: string): void {
  if (!INTERRUPTIONS.includes(errorType)) span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(STABLE.errorType, errorType);
}

/** The stack without the message; undefined if it does not begin with the message. */
function framesOf({ message, stack = '' }: Error): string | undefined {
  const start = message === '' ? -1 : stack.indexOf(message);
  return start === -1 ? undefined : stack.slice(start + message.length).trim();
}
