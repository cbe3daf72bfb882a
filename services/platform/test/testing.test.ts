import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { createTestDatabase } from '../testing/database.ts';
import { testRedis } from '../testing/redis.ts';
import { TEST_REDIS_URL } from '../testing/servers.ts';
import { waitUntil } from '../testing/wait-until.ts';

const HARNESS = new URL('../testing/database.ts', import.meta.url).href;

/** Output of a separate test file that creates a database and continues with `body`. */
function runTest(body: string, env: Record<string, string> = {}): string {
  const script = `
    import { test } from 'node:test';
    import { createTestDatabase } from ${JSON.stringify(HARNESS)};
    test('outer', async (t) => {
      const database = await createTestDatabase(t);
      console.log('made ' + database.name);
      ${body}
    });`;
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...outer, ...env },
    encoding: 'utf8',
  });
  return stdout;
}

test('the harness of the tests', async (t) => {
  const { pool, name } = await createTestDatabase(t);
  const exists = async (database: string): Promise<boolean> => {
    const { rows } = await pool.query({
      name: 'find-database',
      text: 'select from pg_database where datname = $1',
      values: [database],
    });
    return rows.length === 1;
  };
  const madeBy = (output: string): string => /made (\w+)/.exec(output)?.[1] ?? output;

  await t.test('gives each test its own database, and drops it', async () => {
    const made = madeBy(runTest(''));
    assert.match(made, /^aio_test_[0-9a-f]{12}$/);
    assert.notEqual(made, name);
    assert.equal(await exists(made), false);
  });

  await t.test('keeps and names the database of a failed test or subtest', async () => {
    for (const body of [
      `throw new Error('no');`,
      `await t.test('inner', () => { throw new Error('no'); });`,
    ]) {
      const output = runTest(body);
      const made = madeBy(output);
      assert.match(output, new RegExp(`kept for inspection: database ${made}`));
      assert.equal(await exists(made), true);
      await pool.query({
        name: 'drop',
        text: `drop database ${made} with (force)`,
        prepare: false,
      });
    }
  });

  await t.test('says what is missing if there is no server', () => {
    const output = runTest('', { TEST_DATABASE_URL: 'postgresql://aio:hunter2@127.0.0.1:1/x' });
    assert.match(output, /needs PostgreSQL and found none at 127\.0\.0\.1:1: run "npm test"/);
    assert.doesNotMatch(output, /hunter2/);
  });

  await t.test('removes the keys of a Redis prefix, and no others', async (t) => {
    const redis = new Redis(TEST_REDIS_URL);
    t.after(() => redis.disconnect());
    const other = await testRedis(t);
    let prefix = '';
    await t.test('inner', async (t) => {
      ({ prefix } = await testRedis(t));
      await redis.mset(`${prefix}:a`, 1, `{${prefix}}:b`, 2, `${other.prefix}:c`, 3);
    });
    assert.deepEqual(await redis.keys(`*${prefix}*`), []);
    assert.deepEqual(await redis.keys(`*${other.prefix}*`), [`${other.prefix}:c`]);
  });

  await t.test('waits for a condition, and names it on timeout', async () => {
    let looks = 0;
    assert.equal(await waitUntil(() => ++looks === 3 && 'there', { what: 'three' }), 'there');
    const never = waitUntil(() => Promise.reject(new Error('why')), { what: 'it', timeoutMs: 50 });
    await assert.rejects(never, { message: 'Not within 50 ms: it', cause: new Error('why') });
  });
});
