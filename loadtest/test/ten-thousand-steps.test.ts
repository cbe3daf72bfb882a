import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandomDag } from '../lib/random-dag.ts';
import { toNoOpWorkflow } from '../lib/shapes.ts';
import { findEarlyStarts, findStepsNotDoneOnce } from '../lib/step-order.ts';
import { startTestSystem } from '../testing/test-system.ts';

const STEPS = 10_000;

test('a DAG of 10,000 steps succeeds, each step once and in order', async (t) => {
  const { api, db } = await startTestSystem(t, { workers: 2 });
  const shape = createRandomDag({ seed: 20_261, steps: STEPS });
  await api.createWorkflow(toNoOpWorkflow('ten-thousand-steps', shape));
  const { id } = await api.submitRun('ten-thousand-steps');
  const run = await api.waitForRun(id);
  assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
  const { rows } = await db.query('select count(*)::int as count from steps where run_id = $1', [
    id,
  ]);
  assert.equal(rows[0].count, STEPS);
  assert.deepEqual(await findStepsNotDoneOnce(db, [id]), []);
  assert.deepEqual(await findEarlyStarts(db, [id]), []);
});
