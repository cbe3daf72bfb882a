import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { Run } from '@aio/tools/system/client';
import { findLostRuns } from '../oracles/oracles.ts';
import { findEarlyStarts } from '../oracles/step-order.ts';
import { readExamples, runExample } from '../testing/run-example.ts';
import { startTestSystem } from '@aio/tools/testing/test-system';

/** The cost that the orchestrators counted, and the cost of all steps. */
type Priced = Run & { costUsd: number | null; usage: { costUsd: number } };
const toPriced = (run: Run) => run as Priced;

test('the shipped examples succeed with each of their inputs', async (t) => {
  const system = await startTestSystem(t, { workers: 2 });
  const examples = readExamples(system.simulator.url);
  const shipped = readdirSync(resolve(import.meta.dirname, '../../examples/workflows'));
  assert.deepEqual(
    examples.map(({ workflow }) => `${workflow}.yaml`).toSorted(),
    shipped.filter((file) => file.endsWith('.yaml')).toSorted(),
  );
  for (const { yaml } of examples) await system.api.createWorkflow(yaml);
  const runs = await Promise.all(
    examples.flatMap(({ workflow, inputs }) =>
      inputs.map((input) => runExample(system, workflow, input)),
    ),
  );
  for (const { workflow, status, error, output } of runs) {
    assert.equal(status, 'succeeded', `${workflow.name}: ${JSON.stringify(error)}`);
    assert.ok(output !== null && typeof output === 'object', `${workflow.name} has an output`);
  }
  assert.ok(
    runs.some(({ approved }) => approved > 0),
    'a run asked for an approval',
  );
  for (const { workflow, costUsd, usage } of runs.map(toPriced))
    assert.ok(Math.abs((costUsd ?? 0) - usage.costUsd) < 1e-9, workflow.name);
  assert.ok(
    runs.map(toPriced).some(({ costUsd }) => (costUsd ?? 0) > 0),
    'a run cost money',
  );
  const ids = runs.map((run) => run.id);
  assert.deepEqual(await findLostRuns(system.db, ids), []);
  assert.deepEqual(await findEarlyStarts(system.db, ids), []);
});
