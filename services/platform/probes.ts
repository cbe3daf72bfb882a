import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionSettings } from './postgres/pool.ts';
import { QUEUES } from '@aio/core/run/jobs';
import type { Pooler } from './postgres/pooler.ts';
import { closeRedis, createRedis, pingServerOf, type RedisConnection } from './redis/redis.ts';
import { bucketsPrefix } from './redis/token-buckets.ts';
import { queuePrefix } from './queues/work-queues.ts';

/** `redis` has the queues; `redis_cache` exists if sessions and caches have a separate Redis. */
export type Component = 'database' | 'redis' | 'redis_cache';
export type ComponentStatus = 'ok' | 'unavailable';

type Components = Record<Exclude<Component, 'redis_cache'>, ComponentStatus> & {
  redis_cache?: ComponentStatus;
};

/** The body of `GET /ready`. */
export interface Readiness {
  status: ComponentStatus;
  components: Components;
  /** Hints for operators that do not affect readiness. */
  notes?: string[];
}

export interface Probes {
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
  /** Redis of sessions and caches; absent or equal = the Redis of the queues. */
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
  let asking: Promise<Components> | null = null;

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

  async function askAll(): Promise<Components> {
    const [database, redisStatus, cacheStatus] = await Promise.all([
      answers(askDatabase).then((status) => {
        if (status !== 'ok') dropClient(client);
        return status;
      }),
      answers(() => pingServersOf(redis, queueKeys)),
      cache && answers(() => pingServersOf(cache, cacheKeys)),
    ]);
    return {
      database,
      redis: redisStatus,
      ...(cacheStatus !== null && { redis_cache: cacheStatus }),
    };
  }

  return {
    async check(required = null) {
      asking ??= askAll().finally(() => (asking = null));
      const components = await asking;
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

async function answers(ask: () => Promise<void>): Promise<ComponentStatus> {
  const deadline = sleep(PROBE_DEADLINE_MS, 'unavailable' as const, { ref: false });
  const answer = ask().then(
    () => 'ok' as const,
    () => 'unavailable' as const,
  );
  return await Promise.race([answer, deadline]);
}
