import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLostRuns } from '../oracles/oracles.ts';
import { createRandomDag } from '@aio/loadtest/workflows/random-dag';
import { toCallWorkflow, toNoOpWorkflow } from '@aio/loadtest/workflows/shapes';
import { findEarlyStarts, findStepsNotDoneOnce } from '../oracles/step-order.ts';
import { startTestSystem } from '@aio/tools/testing/test-system';

const STEPS = 2_000;
/** The same motifs as recorded workflows. */
const CALLS = [1, 2, 3].map((seed) =>
  toCallWorkflow(
    `calls-${seed}`,
    createRandomDag({ seed, steps: seed * 100 }),
    (n) => 1 + (n % 20),
  ),
);

test('DAGs of up to 2,000 steps succeed, each step once and in order', async (t) => {
  const { api, db, simulator } = await startTestSystem(t, { workers: 2 });
  const shape = createRandomDag({ seed: 20_261, steps: STEPS });
  const definitions = [toNoOpWorkflow('two-thousand-steps', shape), ...CALLS];
  for (const definition of definitions) await api.createWorkflow(definition);
  const runs = await Promise.all(
    definitions.map(({ name }) => api.submitRun(name, { simulator: simulator.url })),
  );
  const ids = runs.map(({ id }) => id);
  for (const id of ids) {
    const { workflow, status, error } = await api.waitForRun(id);
    assert.equal(status, 'succeeded', `${workflow.name}: ${JSON.stringify(error)}`);
  }
  assert.deepEqual(await findLostRuns(db, ids), []);
  assert.deepEqual(await findStepsNotDoneOnce(db, ids), []);
  assert.deepEqual(await findEarlyStarts(db, ids), []);
  const { rows } = await db.query('select count(*)::int as count from steps where run_id = $1', [
    ids[0],
  ]);
  assert.equal(rows[0].count, STEPS);
  const { total, byKey } = await simulator.calls();
  const calls = CALLS.reduce((sum, { steps }) => sum + Object.keys(steps).length, 0);
  assert.equal(total, calls, 'one call for each step');
  assert.equal(Object.keys(byKey).length, calls, 'each with its own key');
});
