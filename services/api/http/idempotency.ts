import { hash } from 'node:crypto';

/**
 * An Idempotency-Key with the hash of its request; null = no key.
 * @param request the parts that two equal requests have in common
 */
export function idempotencyOf(key: string | undefined, request: readonly unknown[]) {
  return key === undefined ? null : { key, requestHash: hash('sha256', JSON.stringify(request)) };
}
