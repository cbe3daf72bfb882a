import { SpanKind, SpanStatusCode, TraceFlags, type Attributes } from '@opentelemetry/api';
import { hrTimeDuration, timeInputToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** An ended span of a program that cannot reach the collector, such as a browser page. */
export interface ForeignSpan {
  traceId: string;
  spanId: string;
  /** null = it is the root. */
  parentSpanId: string | null;
  name: string;
  kind: 'client' | 'internal';
  /** Milliseconds since the epoch. */
  startTime: number;
  endTime: number;
  attributes: Attributes;
  isFailed: boolean;
  /** Name of the instrumentation scope. */
  scope: string;
}

/** Converts the span for the SDK's exporter. @param resource of the program that created it */
export function toReadableSpan(span: ForeignSpan, resource: Resource): ReadableSpan {
  const { traceId, spanId, parentSpanId } = span;
  const startTime = timeInputToHrTime(span.startTime);
  const endTime = timeInputToHrTime(span.endTime);
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    name: span.name,
    kind: span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parentSpanId !== null && { parentSpanContext: { ...context, spanId: parentSpanId } }),
    startTime,
    endTime,
    duration: hrTimeDuration(startTime, endTime),
    ended: true,
    status: { code: span.isFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: span.attributes,
    links: [],
    events: [],
    resource,
    instrumentationScope: { name: span.scope },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
