import type { Pool, PoolOptions } from '@aio/platform/postgres/pool';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { createReadReplica, type ReplicaState } from '@aio/platform/postgres/read-replica';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { logEvent } from '@aio/runtime/log-event';
import type { Principal } from '../auth/principal.ts';
import type { ApiConfig } from '../config.ts';
import type { Middleware } from '../http/request-state.ts';
import type { Log } from '../log.ts';
import { createOwnChanges } from './own-changes.ts';

/** Returns the database that lists, searches and figures of this caller are read from. */
export type ReadsOf = (principal: Pick<Principal, 'subject'>) => Promise<Queryable>;

export interface Reads {
  of: ReadsOf;
  /** Runs around each request that may change data. */
  rememberChange: Middleware;
  /** For `/ready`. */
  notes(): string[];
  close(): Promise<void>;
}

/**
 * An asynchronous commit reaches the primary's log up to 0.6 s later (three rounds of the WAL writer),
 * and Redis expires marks by its own clock.
 */
const SLACK_MS = 1_000;

/** Without a replica, all reads use `pool`. */
export function createReads(deps: {
  config: Pick<
    ApiConfig,
    'databaseUrl' | 'databaseReadUrl' | 'databaseReadStalenessMs' | 'redisUrl' | 'prefix'
  >;
  pool: Pool;
  /** Of `pool`. */
  poolOptions: PoolOptions;
  registry: MetricsRegistry<'api'>;
  log: Log;
}): Reads {
  const { config, pool, registry, log } = deps;
  const { databaseUrl, databaseReadUrl, databaseReadStalenessMs: boundMs } = config;
  if (databaseReadUrl === '') {
    // Otherwise it is 0: the age of no replica.
    registry.collect(['databaseReplicaStaleness'], () => ({ databaseReplicaStaleness: [] }));
    return {
      of: () => Promise.resolve(pool),
      rememberChange: (_, next) => next(),
      notes: () => [],
      close: () => Promise.resolve(),
    };
  }

  const { databaseReads } = registry.metrics;
  const replica = createReadReplica({
    primary: pool,
    primaryUrl: databaseUrl,
    replica: {
      ...deps.poolOptions,
      databaseUrl: databaseReadUrl,
      applicationName: 'aio-api-read',
    },
    boundMs,
    onRead: (by) => databaseReads.inc({ by }),
    onState(state) {
      if (state === 'usable') logEvent(log, 'replicaUsed', {});
      else logEvent(log, 'replicaUnused', { what: state });
    },
  });
  registry.collect(['databaseReplicaStaleness'], () => {
    const value = replica.stalenessMs() / 1000;
    return { databaseReplicaStaleness: Number.isFinite(value) ? [{ labels: {}, value }] : [] };
  });
  const primary: Queryable = {
    query(query) {
      databaseReads.inc({ by: 'own_changes' });
      return pool.query(query);
    },
  };
  const redis = createRedis(config.redisUrl, { role: 'command' });
  const ownChanges = createOwnChanges({
    redis,
    prefix: config.prefix,
    lastsMs: boundMs + SLACK_MS,
  });

  return {
    of: async ({ subject }) => ((await ownChanges.mayLack(subject)) ? primary : replica),
    async rememberChange(ctx, next) {
      try {
        await next();
      } finally {
        // Also if the request failed, because the database may have committed.
        const { principal } = ctx.state;
        if (principal !== undefined) await ownChanges.remember(principal.subject);
      }
    },
    notes: () => describe(replica.state(), boundMs),
    async close() {
      await Promise.all([replica.close(), closeRedis(redis)]);
    },
  };
}

function describe(state: ReplicaState, boundMs: number): string[] {
  const why = {
    usable: null,
    behind: `The read replica may be more than ${boundMs / 1000} s behind`,
    away: 'The read replica does not answer',
    promoted: 'The server at DATABASE_READ_URL is not a replica',
  }[state];
  return why === null ? [] : [`${why}. The API reads lists and figures from the primary.`];
}
