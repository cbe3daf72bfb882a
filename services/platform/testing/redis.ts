import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { closeRedis, createRedis } from '../redis/redis.ts';
import { queuePrefix } from '../queues/work-queues.ts';
import { missingServer, TEST_REDIS_URL } from './servers.ts';

interface TestRedis {
  url: string;
  prefix: string;
}

/** A new prefix. After the test, all keys with it are removed. */
export async function testRedis(t: TestContext): Promise<TestRedis> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const server = new Redis(TEST_REDIS_URL, { lazyConnect: true, retryStrategy: () => null });
  // `connect` reports the failure.
  server.on('error', () => {});
  await server.connect().catch((error: unknown) => {
    throw missingServer('Redis', 'TEST_REDIS_URL', TEST_REDIS_URL, error);
  });
  t.after(async () => {
    await removeKeys(server, prefix);
    server.disconnect();
  });
  return { url: TEST_REDIS_URL, prefix };
}

async function removeKeys(server: Redis, prefix: string): Promise<void> {
  for await (const keys of server.scanStream({ match: `*${prefix}*`, count: 1_000 }))
    if (keys.length > 0) await server.unlink(keys as string[]);
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
