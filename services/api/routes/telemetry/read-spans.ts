import type { Attributes } from '@opentelemetry/api';
import { HTTP_METHODS } from '@aio/catalog/labels';
import { SPANS, type SpanDefinition, spanName } from '@aio/catalog/spans';
import { WEB_ROUTES } from '@aio/catalog/web-labels';
import type { ForeignSpan } from '@aio/runtime/foreign-spans';
import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

/** Instrumentation scope of the spans of the web UI. */
const SCOPE = '@aio/web';
/** Pages that were asleep send late, and clients' clocks differ. */
const MAX_DISTANCE_MS = 3_600_000;
const MAX_TEXT = 200;

/** Spans of user actions, by their possible names. */
const ACTIONS = new Map(
  (['webClick', 'webNavigation'] as const).flatMap((key) =>
    WEB_ROUTES.map((page) => [spanName(key, { page }), SPANS[key]] as const),
  ),
);
const METHODS: ReadonlySet<string> = new Set(HTTP_METHODS);

/**
 * Rebuilds spans of a page from names, kinds and attributes in the catalogue, and drops everything
 * else. Rejects spans that the web UI does not make.
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
