/** The trace of a run, as the API presents it. */
export interface TraceLink {
  /** Log lines have it, sampled or not; null = the run belongs to none. */
  traceId: string | null;
  /** null = there is nothing to look at. */
  traceUrl: string | null;
}

export type TraceLinks = (traceparent: string | null) => TraceLink;

/** Where a trace can be looked at; null = nowhere. */
export type TraceUrls = (traceId: string | null) => string | null;

/** @param uiUrl null = traces are not exported, or to a collector of which nobody said where it shows them */
export function createTraceUrls(uiUrl: string | null): TraceUrls {
  const base = uiUrl?.replace(/\/+$/, '');
  return (traceId) => (traceId === null || base === undefined ? null : `${base}/trace/${traceId}`);
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})/;
const SAMPLED = 1;

/** An unsampled trace is nowhere to be found. */
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
