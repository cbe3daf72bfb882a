import { AioError } from '@aio/core/errors';
import { Cluster, type ClusterOptions, Redis } from 'ioredis';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterNodesOf, decode, redisServerOf } from './redis-url.ts';

/** A connection to one server, or to the nodes of a cluster. */
export type RedisConnection = Redis | Cluster;

/**
 * The use of a connection.
 * - `command`: while Redis is down, commands fail at once instead of queueing in memory
 * - `blocking`: BullMQ's worker, which waits for jobs; commands wait until Redis is back
 * - `subscriber`: receives changes of runs
 */
export type RedisRole = 'command' | 'blocking' | 'subscriber';

export interface OutageListeners {
  /** Called once at the start of an outage, not at every attempt to reconnect. */
  onOutage?: (error: Error) => void;
  /** Called when Redis is back after an outage. */
  onRecovery?: () => void;
}

export interface RedisConnectionOptions extends OutageListeners {
  role: RedisRole;
}

/** The longest pause between two attempts to reconnect. */
const RECONNECT_AT_MOST_MS = 1_000;
/** BullMQ blocks for at most 10 s, so a connection that is silent for longer is dead. */
const BLOCKING_SILENCE_MS = 15_000;
/** How long a start waits to read the policy of Redis. */
const POLICY_DEADLINE_MS = 2_000;
const COMMAND_SILENCE_MS = 1_000;
const DISCONNECT_WITHIN_MS = 500;

/**
 * Connects in the background, and reconnects after every outage.
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
 * Connects to one node, and after an outage to the next: each node delivers every message. ioredis' cluster subscriber
 * has no timeout, so it does not notice a cut.
 */
function connectToAny(nodes: readonly string[], role: RedisRole): Redis {
  const places = nodes.map(redisServerOf);
  const redis = new Redis(nodes[0]!, {
    ...settingsOf(role),
    retryStrategy(attempt) {
      const { address, port } = places[attempt % places.length]!;
      Object.assign(redis.options, { host: address, port });
      return retryAfter(attempt);
    },
  });
  return redis;
}

/** The named nodes lead to the others. All nodes have the same password. */
function connectToAll(nodes: readonly string[], role: Exclude<RedisRole, 'subscriber'>): Cluster {
  const { protocol, username, password } = new URL(nodes[0]!);
  const cluster = new Cluster([...nodes], {
    ...CLUSTER_ROLES[role],
    clusterRetryStrategy: retryAfter,
    // Do not resolve names: certificates contain names.
    dnsLookup: (name, found) => found(null, name),
    redisOptions: {
      ...settingsOf(role),
      ...(username !== '' && { username: decode(username) }),
      ...(password !== '' && { password: decode(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
  return endLingering(cluster);
}

/**
 * If ioredis receives `MOVED` after `disconnect`, it adds a node that it never connects, and the cluster (and BullMQ)
 * waits for the end of that node for ever. A second disconnect removes the node, and does not change whether the
 * cluster reconnects. BullMQ waits for jobs on a duplicate.
 */
function endLingering(cluster: Cluster): Cluster {
  cluster.on('disconnecting', () =>
    setTimeout(() => {
      if (cluster.status === 'disconnecting') cluster.disconnect(true);
    }, DISCONNECT_WITHIN_MS).unref(),
  );
  const duplicate = cluster.duplicate.bind(cluster);
  cluster.duplicate = (nodes, options) =>
    endLingering(duplicate(nodes, { ...options, ...WAIT_FOR_JOBS }));
  return cluster;
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
 * While a master is down, ioredis repeats a command every 100 ms: a `command` 16 times, a `blocking` one until a
 * replica takes over. If a ready check fails, the promise of `connect` never settles, and BullMQ awaits it: a worker
 * that reconnected while no replica had taken over would get no job ever again.
 */
const CLUSTER_ROLES = {
  command: { enableOfflineQueue: false },
  blocking: { maxRedirections: Infinity, enableReadyCheck: false },
} as const satisfies Record<string, ClusterOptions>;

/**
 * BullMQ gives up a wait after 6 s and waits again, but ioredis would keep repeating the first: it would take the next
 * job's signal from the second, and the job would wait for 5 s. BullMQ repeats a wait that fails earlier.
 */
const WAIT_FOR_JOBS = { maxRedirections: 16 } as const satisfies ClusterOptions;

/**
 * Checks the server that has this key (which must not exist); in a cluster, the current master of its slot. It deletes
 * the key, because Redis refuses that if it accepts no writes, for example while its disk is full.
 * @throws Error if the server does not answer or accepts no writes
 */
export async function pingServerOf(redis: RedisConnection, key: string): Promise<void> {
  await redis.del(key);
}

/**
 * Checks that Redis never evicts keys of queues.
 * @throws AioError `redis_evicts` if it may evict
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
    `Redis may evict jobs, because its maxmemory-policy is ${policy}: set it to noeviction.`,
  );
}

/**
 * Runs `assertNoEviction` at the start of a process. If Redis is down, it skips the check.
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

/** Closes the connection with QUIT. If Redis does not answer within the deadline, cuts it. */
export async function closeRedis(redis: RedisConnection, deadlineMs = 1_000): Promise<void> {
  const quit = redis.status === 'ready' ? redis.quit().catch(() => {}) : Promise.resolve();
  await Promise.race([quit, sleep(deadlineMs, undefined, { ref: false })]);
  redis.disconnect();
}
