/** The database's clock, as a process knows it: in whatever process a moment of a run passes, its time is taken on it. */
export interface DatabaseClock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Takes in what a statement answered: at some moment between the two, the database's clock showed `databaseMs`.
   * @param sentAt by the process's monotonic clock, as is `answeredAt`
   */
  learn(databaseMs: number, sentAt: number, answeredAt: number): void;
}

/**
 * The process's monotonic clock, and how far the database's is ahead of it. Each answer bounds that distance on both
 * sides. The clock moves only if it lies outside, to the nearer bound: it is off by less than the fastest round trip
 * took, and a slow one does it no harm.
 * @param monotonic milliseconds of a clock that never goes back
 * @param guess what to go by until the database has answered
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
