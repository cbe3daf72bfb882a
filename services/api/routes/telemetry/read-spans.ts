import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { HTTP_METHODS } from '@aio/catalog/metrics/labels';
import { SPANS, type SpanDefinition, spanName } from '@aio/catalog/traces/spans';
import { WEB_ROUTES, WEB_SCOPE } from '@aio/catalog/metrics/web-labels';
import type { ForeignSpan } from '@aio/runtime/foreign-spans';
import { pseudonymOf } from '@aio/metrics/label-guard';
import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';

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
 * @param context `subject` of the user, whose hash each span gets
 */
export function readSpans(
  request: OtlpRequest,
  { nowMs, publicUrl, subject }: { nowMs: number; publicUrl: string; subject: string },
): { accepted: ForeignSpan[]; rejected: number } {
  const received = decodeOtlpSpans(request);
  const accepted = received.flatMap((span) => {
    const definition = definitionOf(span);
    if (definition === null || !isRecent(span, nowMs)) return [];
    if (definition === SPANS.httpClient && !callsApi(span, publicUrl)) return [];
    return [toForeign(span, definition.attributes, subject)];
  });
  return { accepted, rejected: received.length - accepted.length };
}

function definitionOf({ name, kind, parentSpanId }: ReceivedSpan): SpanDefinition | null {
  if (kind === 'internal' && parentSpanId === null) return ACTIONS.get(name) ?? null;
  return kind === 'client' && METHODS.has(name) ? SPANS.httpClient : null;
}

/** Pages call only the origin from which they come. */
function callsApi({ attributes }: ReceivedSpan, publicUrl: string): boolean {
  const url = attributes[ATTRIBUTES.urlFull];
  return typeof url === 'string' && URL.parse(url)?.origin === new URL(publicUrl).origin;
}

function isRecent({ startTime, endTime }: ReceivedSpan, nowMs: number): boolean {
  const isNear = (time: number) => Math.abs(nowMs - time) <= MAX_DISTANCE_MS;
  return isNear(startTime) && isNear(endTime) && startTime <= endTime;
}

function toForeign(span: ReceivedSpan, known: readonly string[], subject: string): ForeignSpan {
  const { traceId, spanId, parentSpanId, name, startTime, endTime } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: span.kind === 'client' ? 'client' : 'internal',
    startTime,
    endTime,
    attributes: {
      ...pickAttributes(span.attributes, known),
      [ATTRIBUTES.userHash]: pseudonymOf(subject),
    },
    isFailed: span.status === 'error',
    scope: WEB_SCOPE,
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
