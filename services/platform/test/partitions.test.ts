import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { migrate } from '../migrate.ts';
import { parseMigration, readMigrations } from '../migration-files.ts';
import { addPartitions, DAY_MS, widthOf } from '../partitions/add-partitions.ts';
import {
  horizonOf,
  PARTITIONED,
  PARTITIONED_TABLES,
  readPartitions,
} from '../partitions/read-partitions.ts';
import { earliestIdOf } from '../queries/id-times.ts';
import { submitRun } from '../queries/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, selectOne, submissionOf } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

/** The last migration before the tables had partitions. */
const BEFORE = 22;

test('an older database keeps its rows and indexes: nothing is copied or built', async (t) => {
  const { pool } = await createTestDatabase(t);
  const known = await readMigrations();
  await select(pool, 'drop schema public cascade');
  await select(pool, 'create schema public');
  await migrate(pool, { migrations: known.slice(0, BEFORE) });
  const run = await submitRun(pool, submissionOf(await postWorkflow(pool, 'before')));
  // Not by a claim and a commit of this code, which use later columns.
  await select(
    pool,
    `insert into steps (run_id, step, kind, status, attempt) values ($1, 'only', 'transform', 'succeeded', 1)`,
    run.runId,
  );
  await select(
    pool,
    `insert into step_attempts (run_id, step, iteration, attempt, status, error, started_at, finished_at,
                                started_seq, finished_seq)
     values ($1, 'only', -1, 1, 'failed', '{}', now(), now(), 1, 2)`,
    run.runId,
  );
  await select(
    pool,
    `insert into step_logs (run_id, step, iteration, attempt, lines) values ($1, 'only', -1, 1, '[]')`,
    run.runId,
  );
  await select(pool, `insert into run_texts values ($1, 'before', true)`, run.runId);
  /** The files of each table and its indexes. */
  const readFiles = async (suffix: string) => {
    const files = new Map<string, unknown[]>();
    for (const table of PARTITIONED_TABLES)
      files.set(
        table,
        await select(
          pool,
          `select c.relfilenode as file from pg_class c left join pg_index i on i.indexrelid = c.oid
           where $1::regclass in (c.oid, i.indrelid) order by 1`,
          `${table}${suffix}`,
        ),
      );
    return files;
  };
  const files = await readFiles('');

  await migrate(pool);

  assert.deepEqual(await readFiles('_first'), files);
  for (const table of PARTITIONED_TABLES) {
    const found = await selectOne<{ rows: number; parts: number; indexes: number }>(
      pool,
      `select (select count(*)::int from ${table} where ${PARTITIONED[table]} = $1) as rows,
         (select count(*)::int from pg_inherits where inhparent = '${table}'::regclass) as parts,
         (select count(*)::int from pg_index where indrelid = '${table}'::regclass and indisvalid) as indexes`,
      run.runId,
    );
    // The files are of the table and its indexes.
    const indexes = files.get(table)!.length - 1;
    assert.deepEqual({ table, ...found }, { table, rows: 1, parts: 1, indexes });
  }
  await addPartitions(pool, widthOf(null));
  const later = await submitRun(
    pool,
    submissionOf(await postWorkflow(pool, 'after'), { id: idIn(30) }),
  );
  const text = 'select tableoid::regclass::text as table from runs where id = $1';
  const { table } = await selectOne<{ table: string }>(pool, text, later.runId);
  assert.match(table, /^runs_\d{8}$/);
});

test('adds partitions ahead while others write, with the settings of earlier ones', async (t) => {
  const { pool } = await createTestDatabase(t);
  const horizon = async () => horizonOf(await readPartitions(pool))!.getTime();
  const workflow = await postWorkflow(pool, 'writes');
  const writer = await pool.connect();
  await writer.query({ name: 'begin', text: 'begin' });
  const { runId } = await submitRun(writer, submissionOf(workflow));
  const added = await Promise.all([1, 2, 3].map(() => addPartitions(pool, 30 * DAY_MS)));
  await writer.query({
    name: 'write-on',
    text: 'update runs set depth = 1 where id = $1',
    values: [runId],
  });
  await writer.query({ name: 'commit', text: 'commit' });
  writer.release();

  assert.equal(added.flat().length, 1, 'by one of them');
  assert.ok((await horizon()) >= Date.now() + 30 * DAY_MS);
  assert.deepEqual(await addPartitions(pool, 30 * DAY_MS), []);
  const settings = await select<{ name: string; settings: string[] }>(
    pool,
    `select distinct parent.relname as name, part.reloptions as settings
     from pg_inherits i join pg_class part on part.oid = i.inhrelid join pg_class parent on parent.oid = i.inhparent
     where parent.relname in ('runs', 'steps') and part.relkind = 'r' order by 1`,
  );
  assert.deepEqual(
    settings.map(({ name, settings: of }) => [name, of.toSorted()]),
    [
      ['runs', ['fillfactor=25', 'toast_tuple_target=256']],
      ['steps', ['fillfactor=80', 'toast_tuple_target=512']],
    ],
  );
  await assert.rejects(
    submitRun(pool, submissionOf(workflow, { id: earliestIdOf(new Date(await horizon())) })),
    { code: '23514' },
  );
});

test('a partition covers a quarter of the retention, at least a day', () => {
  const days = (keep: number | null) => widthOf(keep === null ? null : keep * DAY_MS) / DAY_MS;
  assert.deepEqual([1, 7, 90, 360, 3600, null].map(days), [1, 1, 22, 90, 90, 90]);
});

test('a migration builds an index on each partition, and drops it', async (t) => {
  const { pool } = await createTestDatabase(t);
  await addPartitions(pool, widthOf(null));
  const known = await readMigrations();
  const later = (sql: string, ahead: number) =>
    parseMigration(`${String(known.length + ahead).padStart(4, '0')}_later.sql`, sql);
  const built = later('create index concurrently if not exists runs_lane on runs (lane, id);', 1);
  await submitRun(pool, submissionOf(await postWorkflow(pool, 'indexed')));
  await migrate(pool, { migrations: [...known, built] });
  const indexes = () =>
    select<{ name: string }>(
      pool,
      `select c.relname as name from pg_class c join pg_index i on i.indexrelid = c.oid
       where c.relname like '%runs_lane' and i.indisvalid order by 1`,
    );
  const partitions = (await readPartitions(pool)).map(({ name }) => `runs_${name}_runs_lane`);
  assert.deepEqual(pluck(await indexes(), 'name'), [...partitions, 'runs_lane'].toSorted());
  const dropped = later('drop index concurrently if exists runs_lane;', 2);
  await migrate(pool, { migrations: [...known, built, dropped] });
  assert.deepEqual(await indexes(), []);
});

/** The id of a run accepted this many days from now. */
function idIn(days: number): string {
  return uuidv7({ msecs: Date.now() + days * DAY_MS });
}
