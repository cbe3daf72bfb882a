import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { queuePrefix } from '../work-queues.ts';
import { missingServer, TEST_REDIS_URL } from './servers.ts';

/** A prefix of the test's own; every key that carries it is removed afterwards. */
export async function testRedis(t: TestContext): Promise<{ url: string; prefix: string }> {
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const redis = new Redis(TEST_REDIS_URL, { lazyConnect: true, retryStrategy: () => null });
  // The failure is that of `connect`.
  redis.on('error', () => {});
  await redis.connect().catch((error: unknown) => {
    throw missingServer('Redis', 'TEST_REDIS_URL', TEST_REDIS_URL, error);
  });
  t.after(async () => {
    for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1_000 })) {
      if (keys.length > 0) await redis.unlink(keys);
    }
    redis.disconnect();
  });
  return { url: TEST_REDIS_URL, prefix };
}

/** Takes a job from its queue, as a Redis that has lost it. */
export async function loseJob(
  { url, prefix }: { url: string; prefix: string },
  queue: string,
  jobId: string,
): Promise<void> {
  const own = new Queue(queue, { connection: { url }, prefix: queuePrefix(prefix) });
  const removed = await own.remove(jobId);
  await own.close();
  if (removed !== 1) throw new Error(`no job ${jobId} in ${queue}`);
}
