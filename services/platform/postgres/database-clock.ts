/** The database's clock as a process estimates it. All processes take the times of runs on it. */
export interface DatabaseClock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Learns from a statement: between `sentAt` and `answeredAt`, the database's clock showed `databaseMs`.
   * @param sentAt on the process's monotonic clock, like `answeredAt`
   */
  learn(databaseMs: number, sentAt: number, answeredAt: number): void;
}

/**
 * Adds an offset to the process's monotonic clock. Each answer gives a lower and an upper bound of the offset. Only if
 * the offset is outside, it moves to the nearer bound. So the error is below the fastest round trip, and slow round
 * trips do no harm.
 * @param monotonic milliseconds of a clock that never goes back
 * @param guess the clock until the database has answered
 */
export function createDatabaseClock({
  monotonic = () => performance.now(),
  guess = () => Date.now(),
}: { monotonic?: () => number; guess?: () => number } = {}): DatabaseClock {
  let ahead = guess() - monotonic();
  return {
    now: () => monotonic() + ahead,
    learn(databaseMs, sentAt, answeredAt) {
      ahead = Math.min(Math.max(ahead, databaseMs - answeredAt), databaseMs - sentAt);
    },
  };
}
