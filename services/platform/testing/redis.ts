import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { closeRedis, createRedis } from '../redis/redis.ts';
import { clusterNodesOf } from '../redis/redis-url.ts';
import { queuePrefix } from '../queues/work-queues.ts';
import { missingServer, TEST_REDIS_CACHE_URL, TEST_REDIS_URL } from './servers.ts';

interface TestRedis {
  url: string;
  prefix: string;
  /** Variables by which APIs reach a separate cache (`TEST_REDIS=two`). */
  env: Record<string, string>;
}

/** A new prefix. After the test, all keys with it are removed. */
export async function testRedis(t: TestContext): Promise<TestRedis> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  // Each node of a cluster has other keys, so connect to each.
  const nodes = clusterNodesOf(TEST_REDIS_URL) ?? [TEST_REDIS_URL];
  const cache = TEST_REDIS_CACHE_URL === undefined ? [] : [TEST_REDIS_CACHE_URL];
  const servers = [...nodes, ...cache].map(
    (url) => new Redis(url, { lazyConnect: true, retryStrategy: () => null }),
  );
  for (const server of servers) {
    // `connect` reports the failure.
    server.on('error', () => {});
    await server.connect().catch((error: unknown) => {
      throw missingServer('Redis', 'TEST_REDIS_URL', TEST_REDIS_URL, error);
    });
  }
  t.after(async () => {
    for (const server of servers) {
      if ((await server.role())[0] === 'master') await removeKeys(server, prefix);
      server.disconnect();
    }
  });
  const env = cache.map((url) => ['REDIS_CACHE_URL', url]);
  return { url: TEST_REDIS_URL, prefix, env: Object.fromEntries(env) };
}

/** One key per command, because a cluster requires all keys of a command in one slot. */
async function removeKeys(server: Redis, prefix: string): Promise<void> {
  for await (const keys of server.scanStream({ match: `*${prefix}*`, count: 1_000 }))
    await Promise.all((keys as string[]).map((key) => server.unlink(key)));
}

/** Removes a job from its queue, as if Redis had lost it. */
export async function loseJob(
  { url, prefix }: { url: string; prefix: string },
  queue: string,
  jobId: string,
): Promise<void> {
  const connection = createRedis(url, { role: 'blocking' });
  const own = new Queue(queue, { connection, prefix: queuePrefix(prefix, queue) });
  const removed = await own.remove(jobId);
  await own.close();
  await closeRedis(connection);
  if (removed !== 1) throw new Error(`no job ${jobId} in ${queue}`);
}
