import { validateDefinition } from '@aio/core/definition/validate';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition } from '../lib/definition.ts';
import { factorFor, listInstances, toWorkflow } from '../lib/wfformat.ts';
import { findLostRuns } from '../lib/oracles.ts';
import { createRandomDag } from '../lib/random-dag.ts';
import { toCallWorkflow } from '../lib/shapes.ts';
import { findEarlyStarts, findStepsNotDoneOnce } from '../lib/step-order.ts';
import { startTestSystem, type TestSystem } from '../testing/test-system.ts';

const LONGEST_STEP_MS = 200;
const instances = listInstances(process.env.WFINSTANCES_DIR);
const skip = 'missing' in instances ? instances.missing : false;
const files = 'files' in instances ? instances.files : [];

function readWorkflow(file: (typeof files)[number]): Definition {
  const instance = file.read();
  return toWorkflow(instance, factorFor(instance, LONGEST_STEP_MS));
}

test('recorded workflows are valid definitions', { skip }, () => {
  for (const file of files) {
    assert.deepEqual(validateDefinition(readWorkflow(file)), [], file.name);
  }
});

test('recorded workflows succeed, each step once and in order', { skip }, async (t) => {
  const system = await startTestSystem(t, { workers: 2 });
  await runAll(system, files.map(readWorkflow));
});

test('generated DAGs of such shapes succeed, too', async (t) => {
  const system = await startTestSystem(t, { workers: 2 });
  const definitions = [1, 2, 3, 4, 5, 6].map((seed) => {
    const shape = createRandomDag({ seed, steps: seed * 100 });
    return toCallWorkflow(`generated-${seed}`, shape, (index) => 1 + (index % 20));
  });
  await runAll(system, definitions);
});

/** Runs all at once through the API. Checks the rows and the simulator's calls. */
async function runAll(system: TestSystem, definitions: Definition[]): Promise<void> {
  const { api, db, simulator } = system;
  for (const definition of definitions) await api.createWorkflow(definition);
  const input = { simulator: simulator.url };
  const runs = await Promise.all(definitions.map(({ name }) => api.submitRun(name, input)));
  const ended = await Promise.all(runs.map((run) => api.waitForRun(run.id)));
  for (const { workflow, status, error } of ended)
    assert.equal(status, 'succeeded', `${workflow.name}: ${JSON.stringify(error)}`);

  const ids = runs.map((run) => run.id);
  assert.deepEqual(await findLostRuns(db, ids), []);
  assert.deepEqual(await findStepsNotDoneOnce(db, ids), []);
  assert.deepEqual(await findEarlyStarts(db, ids), []);
  const { total, byKey } = await simulator.calls();
  const steps = definitions.reduce((sum, one) => sum + Object.keys(one.steps).length, 0);
  assert.equal(total, steps, 'one call for each step');
  assert.equal(Object.keys(byKey).length, steps, 'each with its own key');
}
