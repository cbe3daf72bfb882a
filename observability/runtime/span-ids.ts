import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Of the span that is being started: its id was chosen earlier. */
let chosen: string | null = null;

/** A fresh span id: 16 hexadecimal digits. */
export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** A fresh trace id: 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** The one span that `start` starts gets this id. */
export function withSpanId<T>(spanId: string, start: () => T): T {
  chosen = spanId;
  try {
    return start();
  } finally {
    chosen = null;
  }
}

/** Where the SDK gets its ids from. */
export const idGenerator: IdGenerator = {
  generateTraceId: newTraceId,
  generateSpanId: () => chosen ?? newSpanId(),
};
