/** Longest wait that a server can ask for. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Reads how long a server asks you to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date.
 * @param header reads a header by its lower-case name
 * @returns milliseconds, 0 or more; null = no valid header
 */
export function parseRetryAfterMs(
  header: (name: string) => string | null | undefined,
  nowMs = Date.now(),
): number | null {
  const exact = header('retry-after-ms');
  if (exact && Number.isFinite(Number(exact))) return clamp(Number(exact));
  const value = header('retry-after');
  if (!value) return null;
  const delayMs = Number.isFinite(Number(value)) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(delayMs) ? null : clamp(delayMs);
}

function clamp(delayMs: number): number {
  return Math.min(Math.max(Math.ceil(delayMs), 0), MAX_RETRY_AFTER_MS);
}
