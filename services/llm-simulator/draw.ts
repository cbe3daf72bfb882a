import { createHash } from 'node:crypto';
import { FAULT_KINDS, type Dials, type FaultKind } from './dials.ts';

/** A number 0 <= x < 1 that depends only on the parts. */
export function draw(...parts: (string | number)[]): number {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

/**
 * The fault of a request; null = none.
 * @param subject identifies the request: its content, or its key if it has no body
 * @param nth number of calls with this subject; each retry draws again
 */
export function drawFault(dials: Dials, subject: string, nth: number): FaultKind | null {
  if (dials.faultyCalls !== null && nth > dials.faultyCalls) return null;
  const drawn = draw(dials.seed, subject, nth);
  let upTo = 0;
  for (const kind of FAULT_KINDS) {
    upTo += dials.faults[kind] ?? 0;
    if (drawn < upTo) return kind;
  }
  return null;
}
