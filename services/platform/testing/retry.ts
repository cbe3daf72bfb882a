/** Trace columns of a run that is not traced. */
export const UNTRACED = { traceparent: null, tracestate: null };

/** A request for a retry by an admin. */
export const RETRY = {
  onlyOwner: null,
  by: 'local',
  timeoutMs: null,
  namesOf: () => ({ title: null, labels: null }),
  ...UNTRACED,
  parentSpanId: null,
  idempotencyKey: null,
};
