import { randomBytes } from 'node:crypto';

// Asking the system for 8 bytes takes as long as for 1,024, and every request wants 24, also one that is
// not sampled. Each id keeps the text in memory that it is cut from, so that is no longer than this.
const POOL_BYTES = 1024;
let pool = '';
let used = 0;

function randomHex(digits: number): string {
  if (used + digits > pool.length) {
    pool = randomBytes(POOL_BYTES).toString('hex');
    used = 0;
  }
  used += digits;
  return pool.slice(used - digits, used);
}

/** A fresh span id: 16 hexadecimal digits. */
export function newSpanId(): string {
  return randomHex(16);
}

/** A fresh trace id: 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomHex(32);
}
