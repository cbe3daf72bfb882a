import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_LOOKED_AT } from '../queries/runs/find-runs.ts';
import { earliestIdOf } from '../queries/id-times.ts';
import { listRuns } from '../queries/runs/list-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, submissionOf, submitRun, updateRun } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

test('a page that has looked at its limit of runs has a cursor for the rest', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'parent');
  const { runId } = await submitRun(pool, submissionOf(workflow));
  await select(
    pool,
    `insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, parent_run_id)
     select ($5 || lpad(n::text, 12, '0'))::uuid, $2, $3, 'parent', 'local', '{}', 1, $1
     from generate_series(1, $4::int) n`,
    runId,
    workflow.workflowId,
    workflow.id,
    MOST_LOOKED_AT,
    earliestIdOf(new Date(), 60_000).slice(0, 24),
  );
  const page = (cursor: string | null) => listRuns(pool, { limit: 50, cursor, parentRunId: null });
  const first = await page(null);
  assert.deepEqual(first.items, [], 'the newest are all children');
  const second = await page(first.nextCursor);
  assert.deepEqual(pluck(second.items, 'id'), [runId]);
  assert.equal(second.nextCursor, null);
});

test('filters of the list', async (t) => {
  const { pool } = await createTestDatabase(t);
  const orders = await postWorkflow(pool, 'ship-order');
  const submit = async (owner = 'local') =>
    (await submitRun(pool, submissionOf(orders, { owner }))).runId;
  const list = async (filter: Partial<Parameters<typeof listRuns>[1]>) =>
    (await listRuns(pool, { limit: 10, cursor: null, ...filter })).items.map(({ id }) => id);
  const [first, second] = [await submit(), await submit()];

  await t.test('a whole id, or its end', async () => {
    assert.deepEqual(await list({ id: first }), [first]);
    assert.deepEqual(await list({ id: first.slice(-8) }), [first]);
    assert.deepEqual(await list({ id: first.slice(-8), owner: 'ada' }), []);
    assert.deepEqual(await list({ id: first, minDurationMs: 1 }), [], 'it has not ended');
  });

  await t.test('duration and cost', async () => {
    await updateRun(
      pool,
      second,
      `status = 'failed', finished_at = created_at + interval '10 s', cost = 2`,
    );
    assert.deepEqual(await list({ minDurationMs: 9_000 }), [second]);
    assert.deepEqual(await list({ minDurationMs: 11_000 }), []);
    assert.deepEqual(await list({ minCostUsd: 2, statuses: ['failed'] }), [second]);
  });
});
