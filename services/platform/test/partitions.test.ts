import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../postgres/migrate.ts';
import { parseMigration, readMigrations } from '../postgres/migration-files.ts';
import { addPartitions, DAY_MS, widthOf } from '../partitions/add-partitions.ts';
import { horizonOf, readPartitions } from '../partitions/read-partitions.ts';
import { earliestIdOf } from '../queries/id-times.ts';
import { submitRun } from '../queries/runs/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, selectOne, submissionOf } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

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
  const submitAt = (ms: number) =>
    submitRun(pool, submissionOf(workflow, { id: earliestIdOf(new Date(ms)) }));
  const later = await submitAt((await horizon()) - DAY_MS);
  const text = 'select tableoid::regclass::text as table from runs where id = $1';
  const { table } = await selectOne<{ table: string }>(pool, text, later.runId);
  assert.match(table, /^runs_\d{8}$/);
  await assert.rejects(submitAt(await horizon()), { code: '23514' });
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
