import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { ExportRequest, SpanIds } from './trace-memory.ts';

const proto = readFileSync(join(import.meta.dirname, 'otlp-trace.proto'), 'utf8');
const message = protobuf.parse(proto).root.lookupType('ExportTraceServiceRequest');

/**
 * Decodes an export request of OTLP's binary encoding into its JSON encoding.
 * @throws Error if it is malformed
 */
export function decodeProtobuf(body: Uint8Array): ExportRequest {
  const options = { longs: String, bytes: String, json: true };
  const request = message.toObject(message.decode(body), options) as ExportRequest;
  const spans = (request.resourceSpans ?? [])
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .flatMap((scope) => scope.spans ?? []);
  for (const ids of spans.flatMap((span) => [span, ...(span.links ?? [])])) toHex(ids);
  return request;
}

/** Other bytes stay in base64; OTLP's JSON has ids in hexadecimal. */
function toHex(ids: Partial<SpanIds>): void {
  for (const name of ['traceId', 'spanId', 'parentSpanId'] as const) {
    const base64 = ids[name];
    if (base64 !== undefined) ids[name] = Buffer.from(base64, 'base64').toString('hex');
  }
}
