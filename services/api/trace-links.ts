export interface TraceLink {
  /** Log lines have it, sampled or not; null = the run has no trace. */
  traceId: string | null;
  /** null = no link. */
  traceUrl: string | null;
}

export type TraceLinks = (traceparent: string | null) => TraceLink;

/** Link to a trace; null = none. */
export type TraceUrls = (traceId: string | null) => string | null;

/** @param uiUrl null = no traces, or JAEGER_UI_URL is empty */
export function createTraceUrls(uiUrl: string | null): TraceUrls {
  const base = uiUrl?.replace(/\/+$/, '');
  return (traceId) => (traceId === null || base === undefined ? null : `${base}/trace/${traceId}`);
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})/;
const SAMPLED = 1;

/** Unsampled traces have no link. */
export function createTraceLinks(urlOf: TraceUrls): TraceLinks {
  return (traceparent) => {
    const [, traceId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
    if (traceId === undefined) return { traceId: null, traceUrl: null };
    return { traceId, traceUrl: isSampled(traceparent) ? urlOf(traceId) : null };
  };
}

/** Whether the spans of this trace context are exported. */
export function isSampled(traceparent: string | null): boolean {
  const [, , flags = '0'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED;
}
