import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Redis } from 'ioredis';
import { assertNoEviction, closeRedis, createRedis } from '../redis/redis.ts';
import { TEST_REDIS_URL } from '../testing/servers.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('redis', async (t) => {
  await t.test('refuses a policy that evicts, and says what to do', async () => {
    const answering = (policy: string) =>
      ({ info: async () => `maxmemory:0\r\nmaxmemory_policy:${policy}\r\n` }) as unknown as Redis;
    await assertNoEviction(answering('noeviction'));
    await assert.rejects(assertNoEviction(answering('allkeys-lru')), {
      code: 'redis_evicts',
      message: /maxmemory-policy is allkeys-lru: set it to noeviction/,
    });
  });

  await t.test('the server of the tests does not evict', async () => {
    const redis = createRedis(TEST_REDIS_URL, { role: 'blocking' });
    await assertNoEviction(redis);
    await closeRedis(redis);
  });

  await t.test('reports an outage once, however often it reconnects', async () => {
    let outages = 0;
    let attempts = 0;
    const redis = createRedis('redis://127.0.0.1:1', {
      role: 'command',
      onOutage: () => void outages++,
    });
    redis.on('reconnecting', () => void attempts++);
    await waitUntil(() => attempts >= 3, { what: 'it tries again' });
    assert.equal(outages, 1);
    await closeRedis(redis);
  });
});
