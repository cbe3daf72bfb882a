/** Spans as a collector receives them: OTLP/HTTP in its JSON encoding. */

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  /** null = no parent. */
  parentSpanId: string | null;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Milliseconds since the epoch. */
  startTime: number;
  endTime: number;
  attributes: Record<string, unknown>;
  status: 'unset' | 'ok' | 'error';
  links: { traceId: string; spanId: string }[];
  events: { name: string; attributes: Record<string, unknown> }[];
  /** `service.name` and the other attributes of the process. */
  resource: Record<string, unknown>;
  /** Name of the instrumentation scope, and its version. */
  scope: string;
  scopeVersion: string;
}

export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: KeyValue[];
  status?: { code?: number };
  links?: { traceId: string; spanId: string }[];
  events?: { name: string; attributes?: KeyValue[] }[];
}

export type KeyValue = { key: string; value: AnyValue };

export interface OtlpRequest {
  resourceSpans?: {
    resource?: { attributes?: KeyValue[] };
    scopeSpans?: { scope?: { name?: string; version?: string }; spans?: OtlpSpan[] }[];
  }[];
}

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

/** The spans of an export request, as its JSON says them. Jaeger's query API answers in the same form. */
export function decodeOtlpSpans(request: OtlpRequest): ReceivedSpan[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const resourceAttributes = decodeAttributes(resource?.attributes);
    return (scopeSpans ?? []).flatMap(({ scope, spans }) =>
      (spans ?? []).map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId || null,
        name: span.name,
        kind: KINDS[span.kind] ?? 'internal',
        startTime: milliseconds(span.startTimeUnixNano),
        endTime: milliseconds(span.endTimeUnixNano),
        attributes: decodeAttributes(span.attributes),
        status: STATUSES[span.status?.code ?? 0] ?? 'unset',
        links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
        events: (span.events ?? []).map(({ name, attributes }) => ({
          name,
          attributes: decodeAttributes(attributes),
        })),
        resource: resourceAttributes,
        scope: scope?.name ?? '',
        scopeVersion: scope?.version ?? '',
      })),
    );
  });
}

export function decodeAttributes(attributes: KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, decodeValue(value)]));
}

export function decodeValue(value: AnyValue): unknown {
  if (value.kvlistValue) return decodeAttributes(value.kvlistValue.values);
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(decodeValue);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? null;
}

/** Nanoseconds are beyond what a number holds exactly. */
export function milliseconds(unixNano: string): number {
  return Number(BigInt(unixNano) / 1000n) / 1000;
}
