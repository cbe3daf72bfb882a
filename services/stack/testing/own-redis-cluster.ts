import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { type RedisCluster, startRedisCluster } from '../redis-cluster.ts';

const PROGRAM_DIR = resolve(import.meta.dirname, '../../..', process.env.AIO_DATA_DIR || '.aio');

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
