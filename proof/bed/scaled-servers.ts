import { findFreePort } from '@aio/tools/process/free-port';
import { PGBOUNCER, startPgBouncer } from '@aio/tools/servers/pgbouncer';
import { findProgram } from '@aio/tools/programs/program';
import { findProxy } from '@aio/tools/servers/proxy';
import { type RedisCluster, startRedisCluster } from '@aio/tools/servers/redis-cluster';
import { startReplicated } from '@aio/tools/servers/replica';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  createOwnServer,
  migrate,
  type OwnServer,
  type OwnServers,
  type OwnServersOptions,
  PROJECT_ROOT,
} from '@aio/tools/system/own-servers';

/** The servers of a scaled-out AIO: a primary with a replica, PgBouncer and a Redis Cluster. */
export interface ScaledServers extends OwnServers {
  /** Variables with the servers' addresses for APIs and workers. */
  readonly env: Readonly<Record<string, string>>;
  readonly replica: OwnServer;
  readonly pooler: OwnServer;
  readonly redisCluster: RedisCluster;
  /** Promotes the replica and connects the pooler to it. Stop the old primary first. */
  promoteReplica(): Promise<void>;
}

/** @throws StackError if PgBouncer or HAProxy is missing */
export async function requireScaledPrograms(
  options: Pick<OwnServersOptions, 'programDir' | 'searchPath'>,
): Promise<void> {
  const place = { dataDir: options.programDir, searchPath: options.searchPath };
  await Promise.all([findProxy(place), findProgram(PGBOUNCER, place)]);
}

/** @throws StackError if a server does not start */
export async function startScaledServers(options: OwnServersOptions): Promise<ScaledServers> {
  const { dataDir, programDir, searchPath, root = PROJECT_ROOT } = options;
  const [port, replicaPort, poolerPort] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  const replicated = await startReplicated({
    dataDir: options.postgresDir ?? dataDir,
    port,
    replicaPort,
    settings: options.postgresSettings ?? {},
  });
  const postgres = createOwnServer(replicated.startPrimary, replicated.primary);
  const replica = createOwnServer(replicated.startReplica, replicated.replica);
  const pooler = createOwnServer(() =>
    startPgBouncer({
      dataDir,
      programDir,
      searchPath,
      port: poolerPort,
      databaseUrl: leader.last().url,
      settings: { default_pool_size: '40' },
    }),
  );
  let leader = postgres;
  let cluster: RedisCluster | undefined;
  const stop = async () => {
    await pooler.close();
    await Promise.all([cluster?.stop(), postgres.close(), replica.close()]);
  };
  try {
    [cluster] = await Promise.all([
      startRedisCluster({ dataDir: join(dataDir, 'redis-cluster'), programDir, searchPath }),
      pooler.server.start(),
    ]);
    const env = {
      DATABASE_URL: pooler.last().url,
      DATABASE_DIRECT_URL: leader.last().url,
      DATABASE_READ_URL: replica.last().url,
      DATABASE_POOLER: 'transaction',
      REDIS_URL: cluster.url,
    };
    await migrate({ root, databaseUrl: leader.last().url, searchPath, dataDir, env });
    return {
      get databaseUrl() {
        return leader.last().url;
      },
      redisUrl: cluster.url,
      postgresVersion: leader.last().version,
      env,
      postgres: postgres.server,
      replica: replica.server,
      pooler: pooler.server,
      redis: allOf(cluster),
      redisCluster: cluster,
      async promoteReplica() {
        await promote(replica.last().url);
        leader = replica;
        await pooler.server.end();
        await pooler.server.start();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function promote(replicaUrl: string): Promise<void> {
  const client = new Client({ connectionString: replicaUrl });
  await client.connect();
  await client.query('select pg_promote(true, 30)');
  await client.end();
}

/** Treats all nodes as one server. */
function allOf(cluster: RedisCluster): OwnServer {
  let alive = true;
  return {
    isAlive: () => alive,
    async end() {
      alive = false;
      await Promise.all(cluster.nodes.map((node) => node.kill()));
    },
    async start() {
      await Promise.all(cluster.nodes.map((node) => node.start()));
      await cluster.untilWhole();
      alive = true;
    },
  };
}
