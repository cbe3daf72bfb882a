/** Counts calls by path and by Idempotency-Key. */

export interface CallCounts {
  total: number;
  byPath: Record<string, number>;
  /** Idempotency-Key -> calls with it, including retries. */
  byKey: Record<string, number>;
  /** Idempotency-Key -> milliseconds of its last call, from arrival to the end of the answer. */
  tookMs: Record<string, number>;
}

export interface CallCounter {
  /** @returns number of calls with this subject, including this one */
  count(path: string, key: string | null, subject: string): number;
  took(key: string, ms: number): void;
  read(): CallCounts;
  reset(): void;
}

/** Above this, the oldest keys are dropped, so that days of load do not fill the memory. */
const MAX_KEYS = 1_000_000;

export function createCallCounter(): CallCounter {
  let total = 0;
  const byPath = new Map<string, number>();
  const byKey = new Map<string, number>();
  const bySubject = new Map<string, number>();
  const tookMs = new Map<string, number>();
  return {
    count(path, key, subject) {
      total += 1;
      increment(byPath, path);
      if (key !== null) increment(byKey, key);
      return increment(bySubject, subject);
    },
    took: (key, ms) => put(tookMs, key, ms),
    read: () => ({
      total,
      byPath: Object.fromEntries(byPath),
      byKey: Object.fromEntries(byKey),
      tookMs: Object.fromEntries(tookMs),
    }),
    reset() {
      total = 0;
      for (const counts of [byPath, byKey, bySubject, tookMs]) counts.clear();
    },
  };
}

function increment(counts: Map<string, number>, key: string): number {
  return put(counts, key, (counts.get(key) ?? 0) + 1);
}

function put(map: Map<string, number>, key: string, value: number): number {
  map.set(key, value);
  if (map.size > MAX_KEYS) map.delete(map.keys().next().value as string);
  return value;
}
