import { randomBytes } from 'node:crypto';

/**
 * Ids of spans, with the one thing the SDK cannot do: start a span under an id chosen earlier. An
 * attempt's id is recorded when it starts; whoever ends it, this worker or the one that takes over,
 * exports its span under that id, so that no child ever lacks its parent.
 */

// One per process, as the tracer provider of the OpenTelemetry API is. Starting a span is
// synchronous, so nobody else can take the chosen id.
let chosenSpanId: string | null = null;

/** A fresh span id: 16 hexadecimal digits. */
export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** Runs `startSpan`; the first span that it starts gets the id `spanId`. */
export function withSpanId<T>(spanId: string, startSpan: () => T): T {
  chosenSpanId = spanId;
  try {
    return startSpan();
  } finally {
    chosenSpanId = null;
  }
}

/** The `IdGenerator` of the SDK. */
export const spanIdGenerator = {
  generateTraceId: (): string => randomBytes(16).toString('hex'),
  generateSpanId(): string {
    if (chosenSpanId === null) return newSpanId();
    const spanId = chosenSpanId;
    chosenSpanId = null;
    return spanId;
  },
};
