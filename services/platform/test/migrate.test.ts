import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate, readMigrations, requireMigrated } from '../migrate.ts';
import { inTransaction } from '../transaction.ts';
import { createTestDatabase } from '../testing/database.ts';

test('migrations', async (t) => {
  const { pool } = await createTestDatabase(t);
  const known = await readMigrations();

  const empty = async (): Promise<void> => {
    await pool.query({ name: 'drop', text: 'drop schema public cascade', prepare: false });
    await pool.query({ name: 'create', text: 'create schema public', prepare: false });
  };

  await t.test('processes that start at once apply each migration once', async () => {
    await empty();
    const applied = await Promise.all([migrate(pool), migrate(pool), migrate(pool), migrate(pool)]);
    assert.deepEqual(
      applied
        .flat()
        .map(({ version }) => version)
        .sort(),
      known.map(({ version }) => version),
    );
    assert.deepEqual(await migrate(pool), []);
    await requireMigrated(pool);
  });

  await t.test('an empty or outdated database is told what to do', async () => {
    await empty();
    await assert.rejects(requireMigrated(pool), {
      code: 'schema_mismatch',
      message: `The database has 0 of ${known.length} migrations: run "npm run migrate".`,
    });
    await migrate(pool, known.slice(0, 1));
    await assert.rejects(requireMigrated(pool), /has 1 of \d+ migrations: run "npm run migrate"/);
    await migrate(pool);
  });

  await t.test('a file that was changed after it was applied is refused', async () => {
    const changed = known.map((one) => (one.version === 1 ? { ...one, checksum: 'other' } : one));
    await assert.rejects(migrate(pool, changed), /0001_foundation\.sql was changed after/);
  });

  await t.test('a database newer than the code is refused', async () => {
    await assert.rejects(migrate(pool, known.slice(0, 1)), /database is newer than this code/);
  });

  await t.test('a migration that fails leaves nothing behind', async () => {
    const sql = 'create table half_done (id int); select no_such_function()';
    const broken = { version: known.length + 1, name: 'broken.sql', checksum: 'broken', sql };
    await assert.rejects(migrate(pool, [...known, broken]), { code: '42883' });
    const { rows } = await pool.query({
      name: 'find',
      text: `select to_regclass('half_done') as found, (select count(*)::int from migrations) as applied`,
    });
    assert.deepEqual(rows, [{ found: null, applied: known.length }]);
  });

  await t.test(
    'a transaction that throws is rolled back and gives its connection back',
    async () => {
      const insert = inTransaction(pool, async (db) => {
        await db.query({ name: 'insert', text: `insert into lanes (name) values ('lost')` });
        throw new Error('changed my mind');
      });
      await assert.rejects(insert, /changed my mind/);
      const { rows } = await pool.query({
        name: 'count',
        text: 'select count(*)::int as lanes from lanes',
      });
      assert.deepEqual(rows, [{ lanes: 0 }]);
      assert.equal(pool.connections().active, 0);
    },
  );
});
