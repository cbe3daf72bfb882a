import { randomBytes } from 'node:crypto';

/** Predetermined id of the span that is being started. */
let chosen: string | null = null;

/** A new span id: 16 hexadecimal digits. */
export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** A new trace id: 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** Calls `start`; the span that it starts gets this id. */
export function withSpanId<T>(spanId: string, start: () => T): T {
  chosen = spanId;
  try {
    return start();
  } finally {
    chosen = null;
  }
}

/** For the SDK's option `idGenerator`. */
export const idGenerator = {
  generateTraceId: newTraceId,
  generateSpanId: () => chosen ?? newSpanId(),
};
