/** What a client is told of the trace that a run belongs to; null = it has none to look at. */
export interface TraceLink {
  traceId: string | null;
  traceUrl: string | null;
}

export type TraceLinks = (traceparent: string | null) => TraceLink;

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})/;
const SAMPLED = 1;

/**
 * `uiUrl` null = traces are not exported, or to a collector of which nobody said where it shows them.
 * An unsampled trace is nowhere to be found either.
 */
export function createTraceLinks(uiUrl: string | null): TraceLinks {
  return (traceparent) => {
    const [, traceId, flags = '0'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
    const sampled = (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED;
    if (traceId === undefined || !sampled) return { traceId: null, traceUrl: null };
    return {
      traceId,
      traceUrl: uiUrl === null ? null : `${uiUrl.replace(/\/+$/, '')}/trace/${traceId}`,
    };
  };
}
