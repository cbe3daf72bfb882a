import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '@aio/platform/testing/database';
import { chain, toNoOpWorkflow } from '@aio/loadtest/workflows/shapes';
import { openDatabase } from '@aio/tools/system/database';
import { findAffectedRun } from '../game-days/affected.ts';
import { storeRun } from '../testing/stored-run.ts';

const { steps } = toNoOpWorkflow('two', chain(2));

test('a verdict links to a traced run, the one that the fault held up longest', async (t) => {
  const { url } = await createTestDatabase(t);
  const db = openDatabase(url);
  t.after(() => db.end());
  const store = async (tookSeconds: number, flags: string): Promise<string> => {
    const id = await storeRun(db, { steps, stored: [] });
    await db.query(
      `update runs set workflow_name = 'game-steady', traceparent = '00-trace-span-' || $2::text,
         finished_at = created_at + $3 * interval '1 second' where id = $1`,
      [id, flags, tookSeconds],
    );
    return id;
  };
  const untraced = await store(9, '00');
  assert.equal(await findAffectedRun(db, Date.now()), untraced, 'if there is no other');
  await store(1, '01');
  const longest = await store(5, '01');
  assert.equal(await findAffectedRun(db, Date.now()), longest);
});
