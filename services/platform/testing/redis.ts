import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { closeRedis, createRedis } from '../redis.ts';
import { clusterNodesOf } from '../redis-url.ts';
import { queuePrefix } from '../work-queues.ts';
import { missingServer, TEST_REDIS_CACHE_URL, TEST_REDIS_URL } from './servers.ts';

interface TestRedis {
  url: string;
  prefix: string;
  /** By which APIs reach their cache, when `npm test` was asked for one of its own. */
  env: Record<string, string>;
}

/** A prefix of the test's own; every key that carries it is removed afterwards. */
export async function testRedis(t: TestContext): Promise<TestRedis> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  // Those of a cluster are asked one by one: each has keys of its own.
  const nodes = clusterNodesOf(TEST_REDIS_URL) ?? [TEST_REDIS_URL];
  const cache = TEST_REDIS_CACHE_URL === undefined ? [] : [TEST_REDIS_CACHE_URL];
  const servers = [...nodes, ...cache].map(
    (url) => new Redis(url, { lazyConnect: true, retryStrategy: () => null }),
  );
  for (const server of servers) {
    // The failure is that of `connect`.
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

/** One by one: in a cluster, several in one command would have to be in one slot. */
async function removeKeys(server: Redis, prefix: string): Promise<void> {
  for await (const keys of server.scanStream({ match: `*${prefix}*`, count: 1_000 }))
    await Promise.all((keys as string[]).map((key) => server.unlink(key)));
}

/** Takes a job from its queue, as a Redis that has lost it. */
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
