import { AioError } from '@aio/core/errors';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection, for those who do not import the client. */
export type RedisConnection = Redis;

/**
 * What a connection is for.
 * - `command`: fails at once while Redis is away, instead of gathering commands in memory
 * - `blocking`: BullMQ's worker, which waits for jobs; commands wait out an outage
 * - `subscriber`: changes of runs
 */
export type RedisRole = 'command' | 'blocking' | 'subscriber';

export interface OutageListeners {
  /** Called once at the beginning of an outage, not at every attempt to connect again. */
  onOutage?: (error: Error) => void;
  /** Called when Redis is back after an outage. */
  onRecovery?: () => void;
}

export interface RedisConnectionOptions extends OutageListeners {
  role: RedisRole;
}

/** After an outage of any length the next attempt is at most this far away. */
const RECONNECT_AT_MOST_MS = 1_000;
/** BullMQ blocks for 10 s at most, so that silence of this length is a connection cut off. */
const BLOCKING_SILENCE_MS = 15_000;
/** How long a start waits to ask Redis for its policy. */
const POLICY_DEADLINE_MS = 2_000;
const COMMAND_SILENCE_MS = 1_000;

/** Connects at once, in the background, and again after every outage. */
export function createRedis(url: string, options: RedisConnectionOptions): Redis {
  const redis = new Redis(url, {
    ...ROLES[options.role],
    connectTimeout: 2_000,
    keepAlive: 5_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_AT_MOST_MS),
  });
  let away = false;
  // Without a listener ioredis prints every failed attempt.
  redis.on('error', (error: Error) => {
    if (!away) options.onOutage?.(error);
    away = true;
  });
  redis.on('ready', () => {
    if (away) options.onRecovery?.();
    away = false;
  });
  return redis;
}

const ROLES = {
  command: {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: COMMAND_SILENCE_MS,
  },
  blocking: { maxRetriesPerRequest: null, socketTimeout: BLOCKING_SILENCE_MS },
  subscriber: { maxRetriesPerRequest: null, socketTimeout: BLOCKING_SILENCE_MS },
} as const;

/**
 * A queue's keys must never be evicted.
 * @throws AioError `redis_evicts` when Redis may throw keys away to make room
 */
export async function assertNoEviction(redis: Redis): Promise<void> {
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  throw new AioError(
    'redis_evicts',
    `Redis has maxmemory-policy ${policy} and may throw jobs away: set it to noeviction.`,
  );
}

/**
 * Asserts it once at start; a Redis that is away at that moment is not asked, and the process goes on.
 * @throws AioError `redis_evicts`
 */
export async function requireNoEviction(url: string): Promise<void> {
  const redis = createRedis(url, { role: 'command' });
  try {
    await Promise.race([
      once(redis, 'ready'),
      sleep(POLICY_DEADLINE_MS, undefined, { ref: false }),
    ]);
    await assertNoEviction(redis);
  } catch (error) {
    if (error instanceof AioError) throw error;
  } finally {
    await closeRedis(redis);
  }
}

/** Closes in order when Redis answers within the deadline, else cuts the connection. */
export async function closeRedis(redis: Redis, deadlineMs = 1_000): Promise<void> {
  const quit = redis.status === 'ready' ? redis.quit().catch(() => {}) : Promise.resolve();
  await Promise.race([quit, sleep(deadlineMs, undefined, { ref: false })]);
  redis.disconnect();
}
