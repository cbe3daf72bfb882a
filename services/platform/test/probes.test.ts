import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProbes } from '../probes.ts';
import { createTestDatabase } from '../testing/database.ts';
import { TEST_DATABASE_URL, TEST_REDIS_URL } from '../testing/servers.ts';
import { startTcpPath } from '../testing/tcp-path.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('probes', async (t) => {
  const database = await startTcpPath(TEST_DATABASE_URL);
  const redis = await startTcpPath(TEST_REDIS_URL);
  const probes = createProbes({
    databaseUrl: database.through(TEST_DATABASE_URL),
    redisUrl: redis.through(TEST_REDIS_URL),
    prefix: 'probes',
  });
  t.after(async () => {
    await probes.close();
    await Promise.all([database.close(), redis.close()]);
  });
  const isReady = () =>
    waitUntil(async () => (await probes.check()).status === 'ok', { what: 'all is well' });
  await isReady();

  await t.test('answer "ok" in the format of the specification', async () => {
    assert.deepEqual(await probes.check(), {
      status: 'ok',
      components: { database: 'ok', redis: 'ok' },
    });
  });

  for (const [name, path] of [
    ['database', database],
    ['redis', redis],
  ] as const) {
    const other = name === 'database' ? 'redis' : 'database';

    await t.test(`report which one is cut, and recover: ${name}`, async () => {
      await path.set('refused');
      const down = await waitUntil(
        async () => {
          const readiness = await probes.check();
          return readiness.status === 'unavailable' && readiness;
        },
        { what: `${name} is missed` },
      );
      assert.deepEqual(down.components, { [name]: 'unavailable', [other]: 'ok' });
      assert.equal((await probes.check(other)).status, 'ok');
      assert.equal((await probes.check(name)).status, 'unavailable');
      await path.set('open');
      await isReady();
    });

    await t.test(`answer in time if packets are lost, and recover: ${name}`, async () => {
      await path.set('cut');
      const begun = performance.now();
      const { components } = await probes.check();
      assert.ok(performance.now() - begun < 5_000, 'about a second, on a busy machine too');
      assert.deepEqual(components, { [name]: 'unavailable', [other]: 'ok' });
      await path.set('open');
      await isReady();
    });
  }
});

test('a database with a full disk is unavailable until it accepts writes', async (t) => {
  const { url, pool, name } = await createTestDatabase(t);
  let diskFullErrors = 0;
  const probes = createProbes({
    databaseUrl: url,
    redisUrl: TEST_REDIS_URL,
    prefix: 'probes',
    diskFullErrors: () => diskFullErrors,
  });
  t.after(() => probes.close());
  const databaseIs = async (status: string) =>
    waitUntil(async () => (await probes.check('database')).components.database === status, {
      what: `the database is ${status}`,
    });
  const setReadOnly = (value: string) =>
    pool.query({
      name: 'set-read-only',
      text: `alter database ${name} set default_transaction_read_only = ${value}`,
      prepare: false,
    });

  await setReadOnly('on');
  await databaseIs('ok');
  diskFullErrors += 1;
  await databaseIs('unavailable');
  assert.equal((await probes.check('database')).components.database, 'unavailable');
  await setReadOnly('off');
  await databaseIs('ok');
});
