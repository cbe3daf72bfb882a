/** Calls of the API pass through here. They are traced from the moment on that somebody does something with the page. */

/** Makes a call, with a span around it. @param isAsked whether somebody's doing may have brought it about */
export type TraceCall = (address: string, init: RequestInit, isAsked: boolean) => Promise<Response>;

let traceCall: TraceCall | null = null;
let isBackground = false;

/** `fetch`, traced once `traceCallsWith` was called. */
export function fetchTraced(address: string, init: RequestInit): Promise<Response> {
  return traceCall === null ? fetch(address, init) : traceCall(address, init, !isBackground);
}

export function traceCallsWith(trace: TraceCall): void {
  traceCall = trace;
}

/** Calls that `work` begins at once are those of a timer, and no part of what somebody does meanwhile. */
export function inBackground<T>(work: () => T): T {
  const before = isBackground;
  isBackground = true;
  try {
    return work();
  } finally {
    isBackground = before;
  }
}
