import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate, requireMigrated } from '../migrate.ts';
import { type Migration, parseMigration, readMigrations } from '../migration-files.ts';
import { inTransaction } from '../transaction.ts';
import { createTestDatabase } from '../testing/database.ts';
import { waitUntil } from '../testing/wait-until.ts';

test('migrations', async (t) => {
  const { pool } = await createTestDatabase(t);
  const known = await readMigrations();

  const empty = async (): Promise<void> => {
    await pool.query({ name: 'drop', text: 'drop schema public cascade', prepare: false });
    await pool.query({ name: 'create', text: 'create schema public', prepare: false });
  };

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

  await t.test('says what to do with an empty or outdated database', async () => {
    await empty();
    await assert.rejects(requireMigrated(pool), {
      code: 'schema_mismatch',
      message: `The database has 0 of ${known.length} migrations: run "npm run migrate".`,
    });
    await migrate(pool, { migrations: known.slice(0, 1) });
    await assert.rejects(requireMigrated(pool), /has 1 of \d+ migrations: run "npm run migrate"/);
    await migrate(pool);
  });

  await t.test('refuses a file that has changed since it was applied', async () => {
    const changed = known.map((one) => (one.version === 1 ? { ...one, checksum: 'other' } : one));
    await assert.rejects(
      migrate(pool, { migrations: changed }),
      /0001_foundation\.sql has changed since/,
    );
  });

  /** A migration after those of this code. */
  const later = (sql: string, ahead = 1): Migration => {
    const number = String(known.length + ahead).padStart(4, '0');
    return parseMigration(`${number}_later.sql`, sql);
  };
  const forget = async (): Promise<void> => {
    await pool.query({
      name: 'forget',
      text: 'delete from migrations where version > $1',
      values: [known.length],
    });
  };

  await t.test('refuses a database newer than the code', async () => {
    await assert.rejects(migrate(pool, { migrations: known.slice(0, 1) }), {
      code: 'schema_mismatch',
      message: /too new for this code: it has migration 2 .* works with code from 2; .* ends at 1/,
    });
    await migrate(pool, { migrations: [...known, later('create table gone_with_old_code ()')] });
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

  await t.test('migrates a database of an older release', async () => {
    await pool.query({ name: 'age', text: 'alter table migrations drop column works_from' });
    await requireMigrated(pool);
    const young = later('create table young ()');
    const reader = await pool.connect();
    await reader.query({ name: 'begin', text: 'begin' });
    await reader.query({ name: 'hold-migrations', text: 'select version from migrations' });
    const lock = { waitMs: 50, pauseMs: 10, tries: 2 };
    await assert.rejects(migrate(pool, { migrations: [...known, young], lock }), {
      code: 'table_in_use',
    });
    await reader.query({ name: 'commit', text: 'commit' });
    reader.release();
    await migrate(pool, { migrations: [...known, young] });
    await assert.rejects(requireMigrated(pool), /too new for this code/);
    await forget();
  });

  await t.test('a failed migration leaves nothing behind; earlier ones stay', async () => {
    const before = later('create table whole ()');
    const broken = later('create table half_done (id int); select no_such_function()', 2);
    const told: string[] = [];
    const failing = migrate(pool, {
      migrations: [...known, before, broken],
      onApplied: ({ name }) => void told.push(name),
    });
    await assert.rejects(failing, { code: '42883' });
    assert.deepEqual(told, [before.name]);
    const { rows } = await pool.query({
      name: 'find',
      text: `select to_regclass('half_done') as found, (select count(*)::int from migrations) as applied`,
    });
    assert.deepEqual(rows, [{ found: null, applied: known.length + 1 }]);
    await forget();
  });

  await t.test('a migration that waits for a table lets others work, and tries again', async () => {
    const reader = await pool.connect();
    await reader.query({ name: 'begin', text: 'begin' });
    await reader.query({ name: 'read', text: 'select count(*) from lanes' });
    const widened = later('alter table lanes add column width integer');
    const lock = { waitMs: 300, pauseMs: 200, tries: 50 };
    const busy: string[] = [];
    const migrating = migrate(pool, {
      migrations: [...known, widened],
      lock,
      onBusy: (name) => void busy.push(name),
    });
    let longestMs = 0;
    let isOver = false;
    const over = migrating.finally(() => (isOver = true));
    over.catch(() => undefined);
    while (busy.length < 3 && !isOver) {
      const askedAt = performance.now();
      await pool.query({ name: 'look', text: 'select count(*) from lanes' });
      longestMs = Math.max(longestMs, performance.now() - askedAt);
    }
    await reader.query({ name: 'commit', text: 'commit' });
    reader.release();
    assert.deepEqual(await over, [widened]);
    // Otherwise it would wait as long as the reader's transaction.
    assert.ok(longestMs < 1500, `others waited ${longestMs} ms`);
    assert.equal(busy[0], widened.name);
    await forget();
  });

  await t.test('says what to do if a table stays locked', async () => {
    const reader = await pool.connect();
    await reader.query({ name: 'begin', text: 'begin' });
    await reader.query({ name: 'read', text: 'select count(*) from lanes' });
    const dropped = later('drop table lanes');
    const lock = { waitMs: 50, pauseMs: 10, tries: 2 };
    await assert.rejects(migrate(pool, { migrations: [...known, dropped], lock }), {
      code: 'table_in_use',
      message: /_later\.sql did not get its locks in 2 tries: end the transaction .* migrate again/,
    });
    await reader.query({ name: 'commit', text: 'commit' });
    reader.release();
  });

  await t.test('builds an index during writes, also after an interrupted build', async () => {
    const insert = (name: string) =>
      pool.query({ name: 'add', text: 'insert into lanes (name) values ($1)', values: [name] });
    const built = later(
      '-- why\ncreate unique index concurrently if not exists lanes_shout on lanes (upper(name));',
    );
    await insert('same');
    await insert('SAME');
    await assert.rejects(migrate(pool, { migrations: [...known, built] }), { code: '23505' });
    const isValid = async () => {
      const { rows } = await pool.query({
        name: 'valid',
        text: `select indisvalid from pg_index where indexrelid = to_regclass('lanes_shout')`,
      });
      return rows[0]?.indisvalid;
    };
    assert.equal(await isValid(), false);
    await pool.query({ name: 'repair', text: `delete from lanes where name = 'SAME'` });
    // It waits for this transaction, which continues to write to the table.
    const writer = await pool.connect();
    await writer.query({ name: 'begin', text: 'begin' });
    await writer.query({ name: 'hold', text: `insert into lanes (name) values ('other')` });
    let waiting = 0;
    const onWait = () => void waiting++;
    const migrating = Promise.all(
      [1, 2, 3].map(() => migrate(pool, { migrations: [...known, built], onWait })),
    );
    const findWait = async () => {
      const { rows } = await pool.query({
        name: 'find-wait',
        text: `select 1 from pg_stat_activity
                 where datname = current_database() and query like '%index concurrently%'
                   and wait_event_type = 'Lock'`,
      });
      return rows.length > 0;
    };
    await waitUntil(findWait, { what: 'the build waits' });
    await insert('third');
    await writer.query({ name: 'more', text: `insert into lanes (name) values ('fourth')` });
    await writer.query({ name: 'commit', text: 'commit' });
    writer.release();
    assert.deepEqual((await migrating).flat(), [built]);
    assert.ok(waiting >= 2, `${waiting} waited for another process`);
    assert.equal(await isValid(), true);
    const { rows } = await pool.query({ name: 'timeout', text: 'show statement_timeout' });
    assert.equal(rows[0].statement_timeout, '10s');
    await pool.query({ name: 'clear', text: 'delete from lanes' });
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
    const { rows } = await pool.query({
      name: 'count',
      text: 'select count(*)::int as lanes from lanes',
    });
    assert.deepEqual(rows, [{ lanes: 0 }]);
    assert.equal(pool.connections().active, 0);
  });
});
