import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { TEST_REDIS_URL } from '@aio/platform/testing/servers';
import { startTcpPath } from '@aio/platform/testing/tcp-path';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createOwnChanges } from '../../reads/own-changes.ts';

const LASTS_MS = 400;

test('own changes', async (t) => {
  const { prefix } = await testRedis(t);
  const path = await startTcpPath(TEST_REDIS_URL);
  let nowMs = 0;
  const now = () => nowMs;

  function startApi(url = TEST_REDIS_URL) {
    const redis = createRedis(url, { role: 'command' });
    const calls: string[] = [];
    const changes = createOwnChanges({
      redis: {
        set: (...args: Parameters<typeof redis.set>) => {
          calls.push('set');
          return redis.set(...args);
        },
        exists: redis.exists.bind(redis),
        on: redis.on.bind(redis),
      } as typeof redis,
      prefix,
      lastsMs: LASTS_MS,
      now,
    });
    const isThere = () => waitUntil(() => redis.status === 'ready', { what: 'Redis is there' });
    const isAway = () => waitUntil(() => redis.status !== 'ready', { what: 'Redis is away' });
    t.after(() => closeRedis(redis));
    return { ...changes, calls, isThere, isAway };
  }
  const [one, other] = [startApi(), startApi(path.through(TEST_REDIS_URL))];
  t.after(() => path.close());
  await Promise.all([one.isThere(), other.isThere()]);

  await t.test('are known to every API, for this caller only', async () => {
    assert.equal(await other.mayLack('ada'), false);
    await one.remember('ada');
    assert.equal(await one.mayLack('ada'), true);
    assert.equal(await other.mayLack('ada'), true);
    assert.equal(await other.mayLack('bob'), false);
    await waitUntil(async () => !(await other.mayLack('ada')), { what: 'the mark has ended' });
  });

  await t.test('one mark covers many changes and lasts for the last', async () => {
    nowMs += 10 * LASTS_MS;
    one.calls.length = 0;
    for (let nth = 0; nth < 20; nth++) {
      await one.remember('ada');
      nowMs += LASTS_MS / 10;
    }
    assert.equal(one.calls.length, 2);
    assert.equal(await one.mayLack('ada'), true);
    nowMs += LASTS_MS;
    await waitUntil(async () => !(await one.mayLack('ada')), { what: 'the mark has ended' });
  });

  await t.test(
    'are assumed during an outage of Redis, and for twice `lastsMs` after it',
    async () => {
      await path.set('refused');
      assert.equal(await other.mayLack('bob'), true);
      await other.remember('bob');
      await path.set('open');
      await other.isThere();
      nowMs += 1.5 * LASTS_MS;
      assert.equal(await other.mayLack('cy'), true, 'another API may have failed to store a mark');
      nowMs += LASTS_MS;
      await waitUntil(async () => !(await other.mayLack('cy')), { what: 'it is sure again' });
      assert.equal(await other.mayLack('bob'), false);
    },
  );

  await t.test('are assumed after an outage of Redis without questions', async () => {
    await path.set('refused');
    await other.isAway();
    await path.set('open');
    await other.isThere();
    assert.equal(await other.mayLack('cy'), true);
    nowMs += 3 * LASTS_MS;
    assert.equal(await other.mayLack('cy'), false);
  });
});
