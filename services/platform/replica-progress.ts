/** The progress of a replica, from the log positions of the replica and its primary. */
export interface ReplicaProgress {
  /** The primary answered: its log up to `position` has all commits before `askedAt`. */
  primaryAt(askedAt: number, position: bigint): void;
  /** The replica answered: it has replayed the log up to `position`. */
  replicaAt(position: bigint): void;
  /** The replica has all commits before this time; -Infinity = unknown. */
  caughtUpTo(): number;
}

/** Ten minutes of answers at two per second. A replica may be further behind than that. */
const MOST_KEPT = 1200;

/**
 * Compares positions only: clocks of servers may differ, and an idle primary must not make its replica look stale.
 */
export function createReplicaProgress(): ReplicaProgress {
  let caughtUpTo = -Infinity;
  /** Answers of the primary that the replica has not reached, oldest first. */
  let ahead: { askedAt: number; position: bigint }[] = [];
  return {
    primaryAt(askedAt, position) {
      ahead.push({ askedAt, position });
      ahead = ahead.slice(-MOST_KEPT);
    },
    replicaAt(position) {
      const reached = ahead.findLastIndex((answer) => answer.position <= position);
      if (reached === -1) return;
      caughtUpTo = ahead[reached]!.askedAt;
      ahead = ahead.slice(reached + 1);
    },
    caughtUpTo: () => caughtUpTo,
  };
}
