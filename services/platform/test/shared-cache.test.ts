import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedCache, type Kept } from '../redis/shared-cache.ts';
import { testRedis } from '../testing/redis.ts';
import { waitUntil } from '../testing/wait-until.ts';

const KEPT: Kept = { cache: 'workflow_versions', key: 'a', keepMs: 60_000 };

test('a cache that APIs share', async (t) => {
  const { url: redisUrl, prefix } = await testRedis(t);

  function open(url = redisUrl) {
    const found: string[] = [];
    let made = 0;
    const cache = createSharedCache({
      redisUrl: url,
      prefix,
      onRead: (_, where) => found.push(where),
    });
    t.after(() => cache.close());
    const read = (kept: Kept, value: unknown = { nth: 1 }) =>
      cache.read(kept, async () => {
        made += 1;
        return value;
      });
    return { read, found, made: () => made };
  }

  const [one, other] = [open(), open()];
  const untilKept = (kept: Kept) =>
    waitUntil(async () => (await one.read(kept)) && one.found.at(-1) === 'redis', {
      what: 'it is kept',
    });

  await t.test('one API reads what another cached, until it expires', async () => {
    await untilKept(KEPT);
    await waitUntil(async () => (await other.read(KEPT)) && other.found.at(-1) === 'redis', {
      what: 'the other reads it',
    });
    const before = other.made();
    assert.deepEqual(await other.read(KEPT, 'another'), { nth: 1 });
    assert.equal(other.made(), before);
    const brief = { ...KEPT, key: 'brief', keepMs: 50 };
    await one.read(brief);
    await waitUntil(async () => (await other.read(brief, 'new')) === 'new', {
      what: 'it is forgotten',
    });
  });

  await t.test('does not cache a long value', async () => {
    const long = { ...KEPT, key: 'long' };
    await one.read(long, 'x'.repeat(300_000));
    await one.read(long, 'x'.repeat(300_000));
    assert.equal(one.found.at(-1), 'nowhere');
  });

  await t.test('caches nothing if `make` throws', async () => {
    const failing = createSharedCache({ redisUrl, prefix, onRead: () => undefined });
    t.after(() => failing.close());
    const make = async () => {
      throw new Error('away');
    };
    await assert.rejects(failing.read({ ...KEPT, key: 'none' }, make), /away/);
  });

  await t.test('without Redis, each API computes the value', async () => {
    const alone = open('redis://127.0.0.1:1');
    assert.equal(await alone.read(KEPT, 'own'), 'own');
    assert.equal(await alone.read(KEPT, 'own'), 'own');
    assert.deepEqual([alone.found, alone.made()], [['nowhere', 'nowhere'], 2]);
  });
});
