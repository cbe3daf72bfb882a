import { randomFillSync } from 'node:crypto';

/**
 * Ids of spans, with the one thing the SDK cannot do: start a span under an id chosen earlier. An
 * attempt's id is recorded when it starts; whoever ends it, this worker or the one that takes over,
 * exports its span under that id, so that no child ever lacks its parent.
 */

// One per process, as the tracer provider of the OpenTelemetry API is. Starting a span is
// synchronous, so nobody else can take the chosen id.
let chosenSpanId: string | null = null;

// Asking the system for 8 bytes takes as long as for 4,096, and every request wants 24, also one that
// is not sampled.
const random = Buffer.alloc(4096);
let used = random.length;

function randomHex(bytes: number): string {
  if (used + bytes > random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += bytes;
  return random.toString('hex', used - bytes, used);
}

/** A fresh span id: 16 hexadecimal digits. */
export function newSpanId(): string {
  return randomHex(8);
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
  generateTraceId: (): string => randomHex(16),
  generateSpanId(): string {
    if (chosenSpanId === null) return newSpanId();
    const spanId = chosenSpanId;
    chosenSpanId = null;
    return spanId;
  },
};
