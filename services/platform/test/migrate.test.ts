import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate, requireMigrated } from '../postgres/migrate.ts';
import { type Migration, parseMigration, readMigrations } from '../postgres/migration-files.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { createTestDatabase } from '../testing/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { select, selectOne } from './fixtures.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('migrations', async (t) => {
  const { pool } = await createTestDatabase(t);
  const known = await readMigrations();

  const empty = async (): Promise<void> => {
    await select(pool, 'drop schema public cascade');
    await select(pool, 'create schema public');
  };
  /** Keeps a lock of this statement until `work` ends. */
  const whileHeld = <Result>(text: string, work: (db: Queryable) => Promise<Result>) =>
    inTransaction(pool, async (db) => {
      await db.query({ name: 'hold', text, prepare: false });
      return await work(db);
    });

  await t.test('concurrent processes apply each migration once', async () => {
    await empty();
    const applied = await Promise.all([migrate(pool), migrate(pool), migrate(pool), migrate(pool)]);
    assert.deepEqual(
      applied
        .flat()
        .map(({ version }) => version)
        .sort((a, b) => a - b),
      known.map(({ version }) => version),
    );
    assert.deepEqual(await migrate(pool), []);
    await requireMigrated(pool);
  });

  await t.test('says what to do with an empty database', async () => {
    await empty();
    await assert.rejects(requireMigrated(pool), {
      code: 'schema_mismatch',
      message: `The database has 0 of ${known.length} migrations: run "npm run migrate".`,
    });
    await migrate(pool);
  });

  await t.test('refuses a file that has changed since it was applied', async () => {
    const changed = known.map((one) => (one.version === 1 ? { ...one, checksum: 'other' } : one));
    await assert.rejects(migrate(pool, { migrations: changed }), /0001_\w+\.sql has changed since/);
  });

  await t.test('refuses a database of unreleased code, and names the way out', async () => {
    await empty();
    const unreleased = parseMigration('0001_foundation.sql', 'create table workflows ()');
    await migrate(pool, { migrations: [unreleased] });
    const refusal = {
      code: 'schema_mismatch',
      message:
        /never released: its migration 1 is 0001_foundation\.sql, .* Dump what you need, then start with an empty database/,
    };
    await assert.rejects(migrate(pool), refusal);
    await assert.rejects(requireMigrated(pool), refusal);
    await select(pool, 'alter table migrations drop column works_from');
    await assert.rejects(requireMigrated(pool), refusal);
    await empty();
    await migrate(pool);
  });

  /** A migration after those of this code. */
  const later = (sql: string, ahead = 1): Migration => {
    const number = String(known.length + ahead).padStart(4, '0');
    return parseMigration(`${number}_later.sql`, sql);
  };
  const forget = async (): Promise<void> => {
    await select(pool, 'delete from migrations where version > $1', known.length);
  };

  await t.test('refuses a database newer than the code', async () => {
    await migrate(pool, { migrations: [...known, later('create table gone_with_old_code ()')] });
    await assert.rejects(migrate(pool), {
      code: 'schema_mismatch',
      message: /too new for this code: it has migration 2 .* works with code from 2; .* ends at 1/,
    });
    await assert.rejects(requireMigrated(pool), /too new for this code/);
    await forget();
  });

  await t.test('accepts a newer database that works with this code', async () => {
    const worksFrom = `-- works with code from ${String(known.length).padStart(4, '0')}`;
    const adds = later(`${worksFrom}\nalter table lanes add column hue text`);
    await migrate(pool, { migrations: [...known, adds] });
    await requireMigrated(pool);
    assert.deepEqual(await migrate(pool), []);
    await migrate(pool, { migrations: [...known, adds, later('drop table lanes', 2)] });
    await assert.rejects(requireMigrated(pool), /too new for this code/);
    await empty();
    await migrate(pool);
  });

  await t.test('a failed migration leaves nothing behind; earlier ones stay', async () => {
    const before = later('create table whole ()');
    const broken = later('create table half_done (id int); select no_such_function()', 2);
    const names: string[] = [];
    const failing = migrate(pool, {
      migrations: [...known, before, broken],
      onApplied: ({ name }) => void names.push(name),
    });
    await assert.rejects(failing, { code: '42883' });
    assert.deepEqual(names, [before.name]);
    const left = await selectOne(
      pool,
      `select to_regclass('half_done') as found, (select count(*)::int from migrations) as applied`,
    );
    assert.deepEqual(left, { found: null, applied: known.length + 1 });
    await forget();
  });

  await t.test('a migration that waits for a table lets others work, and tries again', async () => {
    const widened = later('alter table lanes add column width integer');
    const lock = { waitMs: 300, pauseMs: 200, tries: 50 };
    const busy: string[] = [];
    const { over } = await whileHeld('select count(*) from lanes', async () => {
      const onBusy = (name: string) => void busy.push(name);
      let isOver = false;
      const over = migrate(pool, { migrations: [...known, widened], lock, onBusy });
      void over.catch(() => undefined).finally(() => (isOver = true));
      // If it did not let others work, this query would wait as long as the reader's transaction.
      while (busy.length < 3 && !isOver)
        await pool.query({ name: 'look', text: 'select count(*) from lanes' });
      return { over };
    });
    assert.deepEqual(await over, [widened]);
    assert.equal(busy[0], widened.name);
    await forget();
  });

  await t.test('says what to do if a table stays locked', async () => {
    const dropped = later('drop table lanes');
    const lock = { waitMs: 50, pauseMs: 10, tries: 2 };
    await whileHeld('select count(*) from lanes', () =>
      assert.rejects(migrate(pool, { migrations: [...known, dropped], lock }), {
        code: 'table_in_use',
        message:
          /_later\.sql did not get its locks in 2 tries: end the transaction .* migrate again/,
      }),
    );
  });

  await t.test('builds an index during writes, also after an interrupted build', async () => {
    const insert = (name: string) => select(pool, 'insert into lanes (name) values ($1)', name);
    const built = later(
      '-- why\ncreate unique index concurrently if not exists lanes_shout on lanes (upper(name));',
    );
    await insert('same');
    await insert('SAME');
    await assert.rejects(migrate(pool, { migrations: [...known, built] }), { code: '23505' });
    const isValid = async () => {
      const text = `select indisvalid from pg_index where indexrelid = to_regclass('lanes_shout')`;
      return (await selectOne<{ indisvalid: boolean }>(pool, text)).indisvalid;
    };
    assert.equal(await isValid(), false);
    await select(pool, `delete from lanes where name = 'SAME'`);
    let waiting = 0;
    const onWait = () => void waiting++;
    const migrations = [...known, built];
    // The build waits for this transaction, which continues to write to the table.
    const { migrating } = await whileHeld(
      `insert into lanes (name) values ('other')`,
      async (writer) => {
        const migrating = Promise.all([1, 2, 3].map(() => migrate(pool, { migrations, onWait })));
        const waits = `
        select from pg_stat_activity
        where datname = current_database() and query like '%index concurrently%'
          and wait_event_type = 'Lock'`;
        await waitUntil(async () => (await select(pool, waits)).length > 0, {
          what: 'the build waits',
        });
        await insert('third');
        await writer.query({ name: 'more', text: `insert into lanes (name) values ('fourth')` });
        return { migrating };
      },
    );
    assert.deepEqual((await migrating).flat(), [built]);
    assert.ok(waiting >= 2, `${waiting} waited for another process`);
    assert.equal(await isValid(), true);
    const timeout = await selectOne(pool, 'show statement_timeout');
    assert.deepEqual(timeout, { statement_timeout: '10s' });
    await select(pool, 'delete from lanes');
    await forget();
  });

  await t.test('refuses files that break a rule', () => {
    const concurrent = 'create index concurrently if not exists a on lanes (name)';
    for (const [name, sql] of [
      ['0002_more.sql', `${concurrent}; select 1`],
      ['0002_again.sql', 'create index concurrently a on lanes (name)'],
      ['0002_early.sql', '-- works with code from 0003\nselect 1'],
      ['0002_never.sql', '-- works with code from 0000\nselect 1'],
    ] as const)
      assert.throws(() => parseMigration(name, sql), { code: 'bad_migrations' }, name);
    assert.equal(parseMigration('0002_fine.sql', concurrent).index, 'a');
    assert.equal(parseMigration('0002_fine.sql', '-- index concurrently\nselect 1').index, null);
  });

  await t.test('rolls back a transaction that throws, and returns its connection', async () => {
    const insert = inTransaction(pool, async (db) => {
      await db.query({ name: 'insert', text: `insert into lanes (name) values ('lost')` });
      throw new Error('changed my mind');
    });
    await assert.rejects(insert, /changed my mind/);
    assert.deepEqual(await select(pool, 'select name from lanes'), []);
    assert.equal(pool.connections().active, 0);
  });
});
