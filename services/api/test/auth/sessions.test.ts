import { closeRedis, createRedis } from '@aio/platform/redis/redis';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessions, type Session } from '../../auth/sessions.ts';

test('ending all sessions of a subject', async (t) => {
  const { url, prefix } = await testRedis(t);
  const redis = createRedis(url, { role: 'command' });
  t.after(() => closeRedis(redis));
  await waitUntil(() => redis.ping(), { what: 'Redis answers' });
  const sessions = createSessions({ redis, prefix });
  const session = (subject: string, expiresInMs: number): Session => ({
    subject,
    name: `${subject}@example.com`,
    displayName: subject,
    roles: [],
    sid: null,
    idToken: 'none',
    refreshToken: 'none',
    refreshAtMs: 0,
    expiresAtMs: Date.now() + expiresInMs,
  });

  await t.test('returns the sessions that were active', async () => {
    const open = session('ada', 60_000);
    await sessions.begin(session('ada', -1));
    await sessions.begin(open);
    assert.deepEqual(await sessions.endAll({ subject: 'ada' }), [open]);
  });

  await t.test('knows no session whose time is over', async () => {
    for (const expiresInMs of [-3, -2, 60_000, -1])
      await sessions.begin(session('cleo', expiresInMs));
    await sessions.begin(session('cleo', 60_000));
    const [index] = await redis.keys(`${prefix}:*cleo`);
    assert.equal(await redis.zcard(index!), 2);
  });

  await t.test('keeps a login that comes at the same time', async () => {
    await sessions.begin(session('bob', 60_000));
    const meanwhile = createSessions({
      redis: new Proxy(redis, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          if (name !== 'getdel') return value.bind(target);
          return async (key: string) => {
            await sessions.begin(session('bob', 60_000));
            return target.getdel(key);
          };
        },
      }),
      prefix,
    });
    assert.equal((await meanwhile.endAll({ subject: 'bob' })).length, 1);
    assert.equal((await sessions.endAll({ subject: 'bob' })).length, 1);
  });
});
