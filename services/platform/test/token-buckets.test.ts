import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedis, closeRedis } from '../redis/redis.ts';
import { testRedis } from '../testing/redis.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createTokenBuckets, type Spending, type TokenBuckets } from '../redis/token-buckets.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const bucket = (key: string, spent: number, fillMs = DAY_MS): Spending => ({
  key,
  capacity: 100,
  fillMs,
  spent,
});

async function spend(buckets: TokenBuckets, ...spendings: Spending[]): Promise<number[]> {
  return waitUntil(async () => (await buckets.spend(spendings)) ?? false, {
    what: 'Redis answers',
  });
}

test('token buckets', async (t) => {
  const { url: redisUrl, prefix } = await testRedis(t);
  const buckets = createTokenBuckets({ redisUrl, prefix });
  const other = createTokenBuckets({ redisUrl, prefix });
  t.after(() => Promise.all([buckets.close(), other.close()]));

  await t.test('APIs share the same buckets', async () => {
    assert.deepEqual((await spend(buckets, bucket('a', 30))).map(Math.floor), [70]);
    const left = await spend(other, bucket('a', 60), bucket('b', 1));
    assert.deepEqual(left.map(Math.floor), [10, 99]);
  });

  await t.test('overspending is a debt, of at most one bucket', async () => {
    await spend(buckets, bucket('c', 90));
    assert.deepEqual((await spend(other, bucket('c', 50))).map(Math.round), [-40]);
    assert.deepEqual((await spend(other, bucket('c', 5000))).map(Math.round), [-100]);
  });

  await t.test('a bucket fills over time up to its capacity', async () => {
    await spend(buckets, bucket('d', 100, 50));
    await waitUntil(async () => (await spend(buckets, bucket('d', 0, 50)))[0] === 100, {
      what: 'it is full again',
    });
  });

  await t.test('a full bucket leaves no key behind', async () => {
    const redis = createRedis(redisUrl, { role: 'blocking' });
    await spend(buckets, bucket('e', 10, 50));
    await waitUntil(async () => (await redis.exists(`{${prefix}-limits}:e`)) === 0, {
      what: 'its key is gone',
    });
    await closeRedis(redis);
  });

  await t.test('takes nothing without Redis', async () => {
    const away = createTokenBuckets({ redisUrl: 'redis://127.0.0.1:1', prefix });
    assert.equal(await away.spend([bucket('a', 1)]), null);
    await away.close();
  });
});
