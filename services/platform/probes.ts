import { Client } from 'pg';
import { type Check, type CheckStatus, createReady } from '@aio/http/ready';
import { connectionSettings } from './postgres/pool.ts';
import { QUEUES } from '@aio/core/run/jobs';
import type { Pooler } from './postgres/pooler.ts';
import { closeRedis, createRedis, pingServerOf, type RedisConnection } from './redis/redis.ts';
import { bucketsPrefix } from './redis/token-buckets.ts';
import { queuePrefix } from './queues/work-queues.ts';

/** `redis` has the queues; `redis_cache` exists if sessions and rate limits have a separate Redis. */
export type Component = 'database' | 'redis' | 'redis_cache';

/** What `/ready?require=` takes. */
export const REQUIRABLE = ['database', 'redis', 'redis_cache', 'process'] as const;

type Components = Record<Exclude<Component, 'redis_cache'>, CheckStatus> & {
  redis_cache?: CheckStatus;
};

/** The body of `GET /ready`. */
export interface Readiness {
  status: CheckStatus;
  components: Components;
  /** Hints for operators that do not affect readiness. */
  notes?: string[];
}

export interface Probes {
  /** The names that `check` takes. */
  readonly requirable: readonly string[];
  /**
   * Checks all components. `required` = only this component counts, or none with `process`; null = all. Never throws.
   */
  check(required?: string | null): Promise<Readiness>;
  close(): Promise<void>;
}

/**
 * Shorter than the limit for reading gauges (1 s), so that a dependency that hangs is reported as down and not as a gap
 * in the metrics.
 */
const PROBE_DEADLINE_MS = 800;
/** Needs a page on disk while it runs. Not used for every probe, because it writes to the catalogue. */
const WRITE =
  'begin; create temp table aio_probe on commit drop as select now() as written; commit';

/**
 * Checks the dependencies on separate connections, because a busy pool says nothing about the database. Concurrent
 * callers share one check.
 */
export function createProbes(options: {
  databaseUrl: string;
  pooler?: Pooler;
  redisUrl: string;
  /** Redis of sessions and rate limits; absent or equal = the Redis of the queues. */
  redisCacheUrl?: string;
  prefix: string;
  /** The pool's count of disk-full errors. After a new error, the probe also checks for disk space. */
  diskFullErrors?: () => number;
  notes?: () => string[];
}): Probes {
  const { redisUrl, redisCacheUrl = redisUrl, prefix } = options;
  const redis = createRedis(redisUrl, { role: 'command' });
  const cache = redisCacheUrl === redisUrl ? null : createRedis(redisCacheUrl, { role: 'command' });
  // In a cluster, each queue may be on another server.
  const queueKeys = QUEUES.map((queue) => `${queuePrefix(prefix, queue)}:probe`);
  const cacheKeys = [`${bucketsPrefix(prefix)}:probe`];
  let client: Client | null = null;
  let knownErrors = 0;
  let mustWrite = false;

  async function askDatabase(): Promise<void> {
    client ??= await connect();
    const errors = options.diskFullErrors?.() ?? 0;
    mustWrite ||= errors > knownErrors;
    knownErrors = errors;
    await client.query(mustWrite ? WRITE : 'select 1');
    mustWrite = false;
  }

  async function connect(): Promise<Client> {
    const fresh = new Client(
      connectionSettings({
        databaseUrl: options.databaseUrl,
        ...(options.pooler && { pooler: options.pooler }),
        applicationName: 'aio-probe',
        connectTimeoutMs: PROBE_DEADLINE_MS,
        queryTimeoutMs: PROBE_DEADLINE_MS,
      }),
    );
    fresh.on('error', () => dropClient(fresh));
    await fresh.connect();
    return fresh;
  }

  /** Never reuses a connection that failed a probe. */
  function dropClient(broken: Client | null): void {
    if (client === broken) client = null;
    broken?.end().catch(() => undefined);
  }

  const checks: Record<string, Check> = {
    database: askDatabase,
    redis: () => pingServersOf(redis, queueKeys),
  };
  if (cache !== null) checks['redis_cache'] = () => pingServersOf(cache, cacheKeys);
  const ready = createReady(checks, { withinMs: PROBE_DEADLINE_MS });

  return {
    requirable: REQUIRABLE,
    async check(required = null) {
      const components = (await ready.check()).components as Components;
      if (components.database !== 'ok') dropClient(client);
      const isOne = required === 'redis_cache' && cache === null;
      const counted = Object.entries(components).filter(
        ([name]) => required === null || name === (isOne ? 'redis' : required),
      );
      const ok = counted.every(([, status]) => status === 'ok');
      const notes = options.notes?.() ?? [];
      return {
        status: ok ? 'ok' : 'unavailable',
        components,
        ...(notes.length > 0 && { notes }),
      };
    },
    async close() {
      dropClient(client);
      await Promise.all([closeRedis(redis), cache && closeRedis(cache)]);
    },
  };
}

async function pingServersOf(redis: RedisConnection, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => pingServerOf(redis, key)));
}
