import type { Attributes } from '@opentelemetry/api';
import { HTTP_METHODS } from '@aio/catalog/labels';
import { SPANS, type SpanDefinition, spanName } from '@aio/catalog/spans';
import { WEB_ROUTES } from '@aio/catalog/web-labels';
import type { ForeignSpan } from '@aio/runtime/foreign-spans';
import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

/** Instrumentation scope of the spans of the web UI. */
const SCOPE = '@aio/web';
/** A page that was asleep sends late, and clocks of people differ. */
const MAX_DISTANCE_MS = 3_600_000;
const MAX_TEXT = 200;

/** What people do, by the names that it may have. */
const ACTIONS = new Map(
  (['webClick', 'webNavigation'] as const).flatMap((key) =>
    WEB_ROUTES.map((page) => [spanName(key, { page }), SPANS[key]] as const),
  ),
);
const METHODS: ReadonlySet<string> = new Set(HTTP_METHODS);

/**
 * The spans that a page made, put together anew: names, kinds and attributes are those that the catalogue has for a
 * browser, and nothing else of a body is handed on. Spans that the web UI would not make are rejected.
 */
export function readSpans(
  request: OtlpRequest,
  nowMs: number,
): { accepted: ForeignSpan[]; rejected: number } {
  const received = decodeOtlpSpans(request);
  const accepted = received.flatMap((span) => {
    const definition = definitionOf(span);
    if (definition === null || !isRecent(span, nowMs)) return [];
    return [toForeign(span, definition.attributes)];
  });
  return { accepted, rejected: received.length - accepted.length };
}

function definitionOf({ name, kind, parentSpanId }: ReceivedSpan): SpanDefinition | null {
  if (kind === 'internal' && parentSpanId === null) return ACTIONS.get(name) ?? null;
  return kind === 'client' && METHODS.has(name) ? SPANS.httpClient : null;
}

function isRecent({ startTime, endTime }: ReceivedSpan, nowMs: number): boolean {
  const isNear = (time: number) => Math.abs(nowMs - time) <= MAX_DISTANCE_MS;
  return isNear(startTime) && isNear(endTime) && startTime <= endTime;
}

function toForeign(span: ReceivedSpan, known: readonly string[]): ForeignSpan {
  const { traceId, spanId, parentSpanId, name, startTime, endTime } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: span.kind === 'client' ? 'client' : 'internal',
    startTime,
    endTime,
    attributes: pickAttributes(span.attributes, known),
    isFailed: span.status === 'error',
    scope: SCOPE,
  };
}

function pickAttributes(given: ReceivedSpan['attributes'], known: readonly string[]): Attributes {
  const picked: Attributes = {};
  for (const key of known) {
    const value = given[key];
    if (typeof value === 'string') picked[key] = value.slice(0, MAX_TEXT);
    else if (typeof value === 'number' || typeof value === 'boolean') picked[key] = value;
  }
  return picked;
}
