/** How far a replica has come, by the positions that it and its primary have in the log. */
export interface ReplicaProgress {
  /** An answer of the primary: what was committed before `askedAt` is in its log up to `position`. */
  primaryAt(askedAt: number, position: bigint): void;
  /** An answer of the replica: it has replayed the log up to `position`. */
  replicaAt(position: bigint): void;
  /** The latest moment of which it is known that the replica has all that was committed before; -Infinity = none. */
  caughtUpTo(): number;
}

/** Ten minutes of answers at two a second. Of a replica that is further behind, only that is known. */
const MOST_KEPT = 1200;

/**
 * Goes by positions alone: clocks of servers may differ, and a primary that writes nothing lets no replica grow old.
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
