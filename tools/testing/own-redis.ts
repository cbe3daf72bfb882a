import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findFreePort } from '../process/free-port.ts';
import { freeze } from '../system/freeze.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { type RedisCluster, startRedisCluster } from '../servers/redis-cluster.ts';
import { PROGRAM_DIR } from './folder.ts';

/** A Redis that a test may stop and start again with the same data and port. */
export interface OwnRedis {
  url: string;
  /** Does nothing if it runs. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Until the returned function is called, connections stay open, and nothing answers. */
  freeze(): () => void;
}

export async function startOwnRedis(t: TestContext): Promise<OwnRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-redis-'));
  const options = {
    dataDir,
    programDir: PROGRAM_DIR,
    port: await findFreePort(),
    searchPath: process.env.PATH ?? '',
  };
  let server: RedisServer | null = await startRedis(options);
  const { url } = server;

  async function stop(): Promise<void> {
    await server?.stop();
    server = null;
  }
  t.after(async () => {
    await stop();
    rmSync(dataDir, { recursive: true });
  });
  return {
    url,
    async start() {
      server ??= await startRedis(options);
    },
    stop,
    freeze: () => freeze(server!.identity.pid),
  };
}

/** Six nodes that a test may kill; they stop after the test. */
export async function startOwnRedisCluster(t: TestContext): Promise<RedisCluster> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-redis-cluster-'));
  const cluster = await startRedisCluster({
    dataDir,
    programDir: PROGRAM_DIR,
    searchPath: process.env.PATH ?? '',
  });
  t.after(async () => {
    await cluster.stop();
    rmSync(dataDir, { recursive: true });
  });
  return cluster;
}
