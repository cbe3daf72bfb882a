import { AioError } from '@aio/core/errors';
import { Cluster, type ClusterOptions, Redis } from 'ioredis';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode } from './decode.ts';
import { clusterNodesOf } from './redis-url.ts';

/** A connection to one server, or those to the nodes of a cluster. */
export type RedisConnection = Redis | Cluster;

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
const DEFAULT_PORT = 6379;
const DISCONNECT_WITHIN_MS = 500;

/**
 * Connects at once, in the background, and again after every outage.
 * @param url of one server, or of a cluster: `redis+cluster://node-1:6379,node-2:6379`
 */
export function createRedis(url: string, options: RedisConnectionOptions): RedisConnection {
  const redis = connect(url, options.role);
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

function connect(url: string, role: RedisRole): RedisConnection {
  const nodes = clusterNodesOf(url);
  if (nodes === null) return new Redis(url, { ...settingsOf(role), retryStrategy: retryAfter });
  return role === 'subscriber' ? connectToAny(nodes, role) : connectToAll(nodes, role);
}

function settingsOf(role: RedisRole) {
  return { ...ROLES[role], connectTimeout: 2_000, keepAlive: 5_000 };
}

function retryAfter(attempt: number): number {
  return Math.min(attempt * 100, RECONNECT_AT_MOST_MS);
}

/**
 * To one of the nodes, and after an outage to the next: each tells of every message. ioredis' own subscriber of a
 * cluster has no timeout, so that it would not notice a cut.
 */
function connectToAny(nodes: readonly string[], role: RedisRole): Redis {
  const places = nodes.map((node) => new URL(node));
  const redis = new Redis(nodes[0]!, {
    ...settingsOf(role),
    retryStrategy(attempt) {
      const { hostname, port } = places[attempt % places.length]!;
      // An address of IPv6 has brackets in a URL alone.
      const host = hostname.replaceAll(/[[\]]/g, '');
      Object.assign(redis.options, { host, port: Number(port) || DEFAULT_PORT });
      return retryAfter(attempt);
    },
  });
  return redis;
}

/** Those that are named lead to the others. A password is the same for all. */
function connectToAll(nodes: readonly string[], role: Exclude<RedisRole, 'subscriber'>): Cluster {
  const { protocol, username, password } = new URL(nodes[0]!);
  const cluster = new Cluster([...nodes], {
    ...CLUSTER_ROLES[role],
    clusterRetryStrategy: retryAfter,
    // Names stay names: certificates have names in them.
    dnsLookup: (name, found) => found(null, name),
    redisOptions: {
      ...settingsOf(role),
      ...(username !== '' && { username: decode(username) }),
      ...(password !== '' && { password: decode(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
  cluster.on('disconnecting', () =>
    setTimeout(() => endWhatLingers(cluster), DISCONNECT_WITHIN_MS).unref(),
  );
  return cluster;
}

/**
 * A `MOVED` that is heard after `disconnect` makes ioredis add a node that nobody ever connects, so that the cluster
 * waits for its end in vain, and with it BullMQ, which disconnects a worker that has waited too long. To disconnect
 * again removes that node, and leaves it as it was whether the cluster is to connect again.
 */
function endWhatLingers(cluster: Cluster): void {
  if (cluster.status === 'disconnecting') cluster.disconnect(true);
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
 * While a master is away, ioredis sends a command again every 100 ms: a `command` 16 times, a `blocking` one until
 * a replica is master.
 */
const CLUSTER_ROLES = {
  command: { enableOfflineQueue: false },
  blocking: { maxRedirections: Infinity },
} as const satisfies Record<string, ClusterOptions>;

/**
 * Asks the server that has this key, which must not exist; of a cluster, the master of its slot, wherever that is now.
 * To delete nothing changes nothing, and is refused where nothing may be written, as while the disk is full.
 * @throws Error when it does not answer, or takes no writes
 */
export async function pingServerOf(redis: RedisConnection, key: string): Promise<void> {
  await redis.del(key);
}

/**
 * A queue's keys must never be evicted.
 * @throws AioError `redis_evicts` when Redis may throw keys away to make room
 */
export async function assertNoEviction(redis: RedisConnection): Promise<void> {
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const policies = await Promise.all(
    servers.map(async (one) => /maxmemory_policy:(\S+)/.exec(await one.info('memory'))?.[1]),
  );
  const policy = policies.find((one) => one !== undefined && one !== 'noeviction');
  if (policy === undefined) return;
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
export async function closeRedis(redis: RedisConnection, deadlineMs = 1_000): Promise<void> {
  const quit = redis.status === 'ready' ? redis.quit().catch(() => {}) : Promise.resolve();
  await Promise.race([quit, sleep(deadlineMs, undefined, { ref: false })]);
  redis.disconnect();
}
