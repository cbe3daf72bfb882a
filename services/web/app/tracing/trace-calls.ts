/** All API calls pass through here. The page traces them from the person's first action on. */

/** Makes a call inside a span. @param isAsked whether a person's action may have caused it */
export type TraceCall = (address: string, init: RequestInit, isAsked: boolean) => Promise<Response>;

let traceCall: TraceCall | null = null;
let isBackground = false;

/** `fetch`, traced after `traceCallsWith`. */
export function fetchTraced(address: string, init: RequestInit): Promise<Response> {
  return traceCall === null ? fetch(address, init) : traceCall(address, init, !isBackground);
}

export function traceCallsWith(trace: TraceCall): void {
  traceCall = trace;
}

/** Runs `work` as a timer's: calls that it makes at once belong to no action of a person. */
export function inBackground<T>(work: () => T): T {
  const before = isBackground;
  isBackground = true;
  try {
    return work();
  } finally {
    isBackground = before;
  }
}
