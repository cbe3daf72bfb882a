import { isUnavailable, sqlStateOf } from './database-error.ts';
import { createPool, type PoolOptions } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { createReplicaProgress } from './replica-progress.ts';

/**
 * - `usable`: what it has is younger than the bound
 * - `behind`: it is older, or nobody knows since the primary does not answer
 * - `away`: it does not answer
 * - `promoted`: it is a primary itself, and no longer a copy of ours
 */
export type ReplicaState = 'usable' | 'behind' | 'away' | 'promoted';

export interface ReadReplica extends Queryable {
  state(): ReplicaState;
  /** How old what it has may be, at most; Infinity = unknown. */
  stalenessMs(): number;
  close(): Promise<void>;
}

export interface ReadReplicaOptions {
  primary: Queryable;
  primaryUrl: string;
  /** Of the connections to the replica. */
  replica: PoolOptions;
  /** Nobody reads what may be older than this. */
  boundMs: number;
  /** Called for each query, with who has answered it, or why the primary did. */
  onRead: (by: 'replica' | Exclude<ReplicaState, 'usable'>) => void;
  /** Called when it has become another one. */
  onState: (state: ReplicaState) => void;
}

const LOOK_EVERY_MS = 500;
const LOOK_TIMEOUT_MS = 1_000;
/** A statement that the server ended because it took too long: on the primary it would take as long. */
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
 * Asks the replica while it is usable, else the primary: for queries that change nothing, and may see what was a
 * moment ago. Twice a second it compares both servers' positions in the log, on connections that no load keeps busy.
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
  let toldState: ReplicaState | null = null;
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
    // While the primary does not answer, what the replica has grows old.
    await askPrimary().catch(() => undefined);
    await askReplica().catch(() => void (standing = 'away'));
    const seen = state();
    if (isClosed) return;
    if (seen !== toldState) onState(seen);
    toldState = seen;
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
          if (!isUnavailable(error) || sqlStateOf(error) === TOOK_TOO_LONG) throw error;
          // Until it answers again, nobody else waits for it.
          standing = 'away';
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
