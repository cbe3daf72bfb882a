import { isUnavailable, sqlStateOf } from './database-error.ts';
import { createPool, type PoolOptions } from './pool.ts';
import type { Queryable } from './queryable.ts';

/**
 * - `usable`: its staleness is within the bound
 * - `behind`: its staleness is above the bound, or unknown because the primary does not answer
 * - `away`: it does not answer
 * - `promoted`: it became a primary, so it no longer follows ours
 */
export type ReplicaState = 'usable' | 'behind' | 'away' | 'promoted';

export interface ReadReplica extends Queryable {
  state(): ReplicaState;
  /** Upper limit of its staleness; Infinity = unknown. */
  stalenessMs(): number;
  close(): Promise<void>;
}

export interface ReadReplicaOptions {
  primary: Queryable;
  primaryUrl: string;
  /** Options of the connections to the replica. */
  replica: PoolOptions;
  /** The highest staleness of reads. */
  boundMs: number;
  /** Called for each query: `replica`, or why the primary answered. */
  onRead: (by: 'replica' | Exclude<ReplicaState, 'usable'>) => void;
  /** Called when the state changes. */
  onState: (state: ReplicaState) => void;
}

const LOOK_EVERY_MS = 500;
const LOOK_TIMEOUT_MS = 1_000;
/** The server cancelled a slow statement. It would be as slow on the primary. */
const TOOK_TOO_LONG = '57014';

const PRIMARY_POSITION = {
  name: 'read-primary-position',
  text: `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as position`,
};
const REPLICA_POSITION = {
  name: 'read-replica-position',
  text: `select pg_is_in_recovery() as "isReplica",
           pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::text as position`,
};

/**
 * Queries the replica while it is usable, else the primary. Use it for queries that change nothing and may be slightly
 * stale. Twice a second, it compares both servers' log positions on separate connections, which load does not delay.
 */
export function createReadReplica(options: ReadReplicaOptions): ReadReplica {
  const { primary, primaryUrl, boundMs, onRead, onState } = options;
  const { databaseUrl: replicaUrl, pooler = 'none' } = options.replica;
  const replica = createPool(options.replica);
  const watch = {
    pooler,
    max: 1,
    applicationName: 'aio-replica-watch',
    connectTimeoutMs: LOOK_TIMEOUT_MS,
    queryTimeoutMs: LOOK_TIMEOUT_MS,
  };
  const primaryWatch = createPool({ ...watch, databaseUrl: primaryUrl });
  const replicaWatch = createPool({ ...watch, databaseUrl: replicaUrl });
  const progress = createReplicaProgress();
  let standing: 'replica' | 'away' | 'promoted' = 'away';
  let reportedState: ReplicaState | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const stalenessMs = () => performance.now() - progress.caughtUpTo();

  function state(): ReplicaState {
    if (standing !== 'replica') return standing;
    return stalenessMs() <= boundMs ? 'usable' : 'behind';
  }

  async function askPrimary(): Promise<void> {
    const askedAt = performance.now();
    const { rows } = await primaryWatch.query(PRIMARY_POSITION);
    progress.primaryAt(askedAt, BigInt(rows[0].position));
  }

  async function askReplica(): Promise<void> {
    const { rows } = await replicaWatch.query(REPLICA_POSITION);
    const { isReplica, position } = rows[0];
    standing = isReplica ? 'replica' : 'promoted';
    if (isReplica) progress.replicaAt(BigInt(position));
  }

  async function look(): Promise<void> {
    // If the primary does not answer, the staleness grows.
    await askPrimary().catch(() => undefined);
    await askReplica().catch(() => void (standing = 'away'));
    const seen = state();
    if (isClosed) return;
    if (seen !== reportedState) onState(seen);
    reportedState = seen;
    timer = setTimeout(() => void (looking = look()), LOOK_EVERY_MS);
  }

  let looking = look();

  return {
    state,
    stalenessMs,
    async query(query) {
      const seen = state();
      if (seen === 'usable') {
        try {
          const result = await replica.query(query);
          onRead('replica');
          return result;
        } catch (error) {
          // The state stays: the replica may only be busy, and the watch notices an outage as fast.
          if (!isUnavailable(error) || sqlStateOf(error) === TOOK_TOO_LONG) throw error;
        }
      }
      onRead(seen === 'usable' ? 'away' : seen);
      return primary.query(query);
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await looking;
      await Promise.all([replica.close(), primaryWatch.close(), replicaWatch.close()]);
    },
  };
}

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
