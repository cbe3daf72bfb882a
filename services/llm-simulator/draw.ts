import { createHash } from 'node:crypto';
import { FAULT_KINDS, type Dials, type FaultKind } from './dials.ts';

/** A number from 0 up to 1 that depends on nothing but the parts. */
export function draw(...parts: (string | number)[]): number {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

/**
 * Which fault a request meets, if any.
 * @param subject what tells requests apart: the idempotency key, else the content
 * @param nth how often the subject was asked before and now: a retry draws again
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
