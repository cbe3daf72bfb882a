/** Log records as a collector receives them: OTLP/HTTP in its JSON encoding. */
import {
  decodeAttributes,
  decodeValue,
  milliseconds,
  type AnyValue,
  type KeyValue,
} from './otlp-json.ts';

export interface ReceivedLogRecord {
  /** Milliseconds since the epoch. */
  time: number;
  severityNumber: number;
  severityText: string;
  body: unknown;
  /** null = the record has none. */
  eventName: string | null;
  traceId: string | null;
  spanId: string | null;
  isSampled: boolean;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

export interface OtlpLogsRequest {
  resourceLogs?: {
    resource?: { attributes?: KeyValue[] };
    scopeLogs?: { logRecords?: OtlpLogRecord[] }[];
  }[];
}

interface OtlpLogRecord {
  timeUnixNano: string;
  severityNumber?: number;
  severityText?: string;
  body?: AnyValue;
  eventName?: string;
  traceId?: string;
  spanId?: string;
  flags?: number;
  attributes?: KeyValue[];
}

/** The records of an export request. */
export function decodeOtlpLogs(request: OtlpLogsRequest): ReceivedLogRecord[] {
  return (request.resourceLogs ?? []).flatMap(({ resource, scopeLogs }) => {
    const resourceAttributes = decodeAttributes(resource?.attributes);
    return (scopeLogs ?? []).flatMap(({ logRecords }) =>
      (logRecords ?? []).map((record) => ({
        time: milliseconds(record.timeUnixNano),
        severityNumber: record.severityNumber ?? 0,
        severityText: record.severityText ?? '',
        body: record.body === undefined ? null : decodeValue(record.body),
        eventName: record.eventName || null,
        traceId: record.traceId || null,
        spanId: record.spanId || null,
        isSampled: ((record.flags ?? 0) & 1) === 1,
        attributes: decodeAttributes(record.attributes),
        resource: resourceAttributes,
      })),
    );
  });
}
