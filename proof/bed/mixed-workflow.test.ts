import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMixedWorkflow } from './mixed-workflow.ts';

const seeds = Array.from({ length: 200 }, (_, seed) => seed);
const workflows = seeds.map((seed) =>
  createMixedWorkflow({ name: `mixed-${seed}`, seed, steps: 40 }),
);

test('the seed determines the workflow and its predicted ends', () => {
  assert.deepEqual(createMixedWorkflow({ name: 'mixed-3', seed: 3, steps: 40 }), workflows[3]);
  assert.notDeepEqual(workflows[3]?.definition.steps, workflows[4]?.definition.steps);
});

test('the workflows include all kinds of step and all ends', () => {
  const steps = workflows.flatMap(({ definition }) => Object.values(definition.steps));
  const kinds = new Set(steps.map((step) => step.type));
  assert.deepEqual([...kinds].sort(), ['approval', 'delay', 'http', 'llm', 'map', 'transform']);
  assert.ok(steps.some((step) => step.if !== undefined));
  assert.ok(steps.some((step) => step.join === 'none_failed'));
  const ends = workflows.flatMap(({ expected }) => [...(expected.steps?.values() ?? [])]);
  assert.deepEqual([...new Set(ends)].sort(), ['failed', 'skipped', 'succeeded']);
  assert.deepEqual([...new Set(workflows.map(({ expected }) => expected.status))].sort(), [
    'failed',
    'succeeded',
  ]);
});

test('most steps run, because skipped steps are no load', () => {
  const ends = workflows.flatMap(({ expected }) => [...(expected.steps?.values() ?? [])]);
  const skipped = ends.filter((end) => end === 'skipped').length;
  assert.ok(skipped / ends.length < 0.4, `${skipped} of ${ends.length} skipped`);
});

test('predicts skips according to the join', () => {
  for (const { definition, expected } of workflows) {
    for (const [id, end] of expected.steps ?? []) {
      const { needs = [], join = 'all_succeeded', if: condition } = definition.steps[id] ?? {};
      const parents = needs.map((parent) => expected.steps?.get(parent));
      if (join === 'all_succeeded' && parents.some((parent) => parent !== 'succeeded'))
        assert.equal(end, 'skipped', `${definition.name} ${id}`);
      if (join === 'all_settled' && condition === undefined)
        assert.notEqual(end, 'skipped', `${definition.name} ${id}`);
    }
  }
});
