import { createTestDatabase } from '@aio/platform/testing/database';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '@aio/tools/system/database';
import { chain, toNoOpWorkflow } from '@aio/loadtest/workflows/shapes';
import { storeRun } from '../../testing/stored-run.ts';
import { backlogTakenAfter, firstStartAfter } from '../../oracles/rows.ts';

const { steps } = toNoOpWorkflow('two', chain(1));

/** When stored runs are accepted. Their steps start seconds later. */
const ACCEPTED = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(ACCEPTED.getTime() + seconds * 1000);

test('measures when work resumes and when its backlog is taken', async (t) => {
  const { url } = await createTestDatabase(t);
  const db = openDatabase(url);
  t.after(() => db.end());
  assert.ok(Number.isNaN(await firstStartAfter(db, ACCEPTED)));
  assert.equal(await backlogTakenAfter(db, ACCEPTED), 0);

  const early = await storeRun(db, { steps, stored: [{ step: 's0', startedAt: 2 }] });
  const late = await storeRun(db, { steps, stored: [{ step: 's0', startedAt: 9 }] });
  assert.equal(await firstStartAfter(db, after(1)), 1000);
  assert.equal(await firstStartAfter(db, after(2)), 7000);
  assert.ok(Number.isNaN(await firstStartAfter(db, after(9))));

  await db.query(`update runs set started_at = created_at + interval '2 s' where id = $1`, [early]);
  assert.ok(
    Number.isNaN(await backlogTakenAfter(db, after(1))),
    'no worker has claimed one of the runs',
  );
  await db.query(`update runs set started_at = created_at + interval '9 s' where id = $1`, [late]);
  assert.equal(await backlogTakenAfter(db, after(1)), 8000);
  assert.equal(await backlogTakenAfter(db, after(20)), 0);
});
