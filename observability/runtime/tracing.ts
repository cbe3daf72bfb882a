/** Spans of the catalogue: names, kinds and parts that do not compile if they are not in it. */
import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import { SPANS, spanName, type SpanKey } from '@aio/catalog/traces/spans';
import * as state from '@aio/tracing/span-state';
import {
  createSpans,
  NO_SPAN,
  type FinishedSpan,
  type SpanOptions,
  type Spans,
} from '@aio/tracing/spans';

type Parts<K extends SpanKey> = Parameters<typeof spanName<K>>[1];

/** `Spans` with a key of the catalogue and the variable parts of its name instead of name and kind. */
export interface Tracing extends Pick<Spans, 'inServerSpan'> {
  inSpan<T, K extends SpanKey>(
    key: K,
    parts: Parts<K>,
    options: Omit<SpanOptions, 'kind'>,
    work: (span: Span) => Promise<T> | T,
  ): Promise<T>;
  startChild<K extends SpanKey>(key: K, parts: Parts<K>, attributes?: Attributes): Span | undefined;
  startRoot<K extends SpanKey>(
    key: K,
    parts: Parts<K>,
    options: { attributes?: Attributes; cause: Span },
  ): Span;
  recordSpan<K extends SpanKey>(
    key: K,
    parts: Parts<K>,
    finished: Omit<FinishedSpan, 'kind'>,
  ): SpanContext | undefined;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

export { errorTypeOf } from '@aio/tracing/span-state';

/** Records the error without its message, unless AIO itself ended the work. */
export function recordError(span: Span, error: unknown): void {
  state.recordError(span, error, INTERRUPTIONS);
}

/** Marks the span as failed, unless AIO itself ended the work. @param errorType a code, never a message */
export function markFailed(span: Span, errorType: string): void {
  state.markFailed(span, errorType, INTERRUPTIONS);
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
  const spans = createSpans({ scope, version, interruptions: INTERRUPTIONS });
  return {
    inServerSpan: spans.inServerSpan,
    inSpan: (key, parts, options, work) =>
      spans.inSpan(spanName(key, parts), { ...options, kind: kindOf(key) }, work),
    startChild: (key, parts, attributes = {}) =>
      spans.startChild(spanName(key, parts), { attributes, kind: kindOf(key) }),
    startRoot: (key, parts, options) =>
      spans.startRoot(spanName(key, parts), { ...options, kind: kindOf(key) }),
    recordSpan: (key, parts, finished) =>
      spans.recordSpan(spanName(key, parts), { ...finished, kind: kindOf(key) }),
  };
}

function kindOf(key: SpanKey): SpanKind {
  return KINDS[SPANS[key].kind];
}
