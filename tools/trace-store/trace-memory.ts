/** What the store reads of an export request in OTLP's JSON encoding. It keeps the rest as it is. */
export interface ExportRequest {
  resourceSpans?: { scopeSpans?: { spans?: (SpanIds & { links?: SpanIds[] })[] }[] }[];
}

export interface SpanIds {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

export interface Limits {
  traces: number;
  bytes: number;
  /** Of one trace. At most `bytes`. */
  traceBytes: number;
}

/** The newest traces. A trace is as new as its last received span. */
export interface TraceMemory {
  /** Forgets the oldest traces above a limit; of a trace that is too large, the spans that it received first. */
  add(request: ExportRequest): void;
  /** The trace as elements of `resourceSpans`, each in JSON; [] = unknown. */
  read(traceId: string): readonly Uint8Array[];
}

const TRACE_ID = /^[0-9a-f]{32}$/;

export function createTraceMemory(limits: Limits): TraceMemory {
  /** In the order of their last spans. Bytes, because the size of a JavaScript string is not exact. */
  const traces = new Map<string, { chunks: Uint8Array[]; bytes: number }>();
  const encoder = new TextEncoder();
  let bytes = 0;

  function keep(traceId: string, resourceSpans: object): void {
    const chunk = encoder.encode(JSON.stringify(resourceSpans));
    const trace = traces.get(traceId) ?? { chunks: [], bytes: 0 };
    bytes -= trace.bytes;
    trace.chunks.push(chunk);
    trace.bytes += chunk.length;
    while (trace.bytes > limits.traceBytes) trace.bytes -= trace.chunks.shift()!.length;
    bytes += trace.bytes;
    traces.delete(traceId);
    traces.set(traceId, trace);
    while (traces.size > limits.traces || bytes > limits.bytes) forgetOldest();
  }

  function forgetOldest(): void {
    const [oldest] = traces;
    if (oldest === undefined) return;
    const [id, trace] = oldest;
    bytes -= trace.bytes;
    traces.delete(id);
  }

  return {
    add({ resourceSpans = [] }) {
      for (const { scopeSpans = [], ...resource } of resourceSpans) {
        const byTrace = new Map<string, object[]>();
        for (const { spans = [], ...scope } of scopeSpans) {
          for (const [id, own] of Map.groupBy(spans, ({ traceId }) => traceId.toLowerCase())) {
            if (!TRACE_ID.test(id)) throw new Error(`${id}: expected a trace id`);
            byTrace.set(id, [...(byTrace.get(id) ?? []), { ...scope, spans: own }]);
          }
        }
        for (const [id, ofTrace] of byTrace) keep(id, { ...resource, scopeSpans: ofTrace });
      }
    },
    read: (traceId) => traces.get(traceId.toLowerCase())?.chunks ?? [],
  };
}
