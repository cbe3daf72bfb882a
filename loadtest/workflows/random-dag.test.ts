import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandomDag } from './random-dag.ts';
import { chain, diamond, fan, toNoOpWorkflow } from './shapes.ts';

test('a random DAG has the requested number of steps, with parents first and without duplicates', () => {
  for (const steps of [1, 2, 5, 37, 400, 2_000]) {
    const dag = createRandomDag({ seed: steps, steps });
    assert.equal(dag.length, steps);
    for (const [step, parents] of dag.entries()) {
      assert.equal(new Set(parents).size, parents.length);
      assert.ok(parents.every((parent) => parent >= 0 && parent < step));
    }
  }
});

test('the seed determines the DAG', () => {
  const dag = createRandomDag({ seed: 7, steps: 500 });
  assert.deepEqual(createRandomDag({ seed: 7, steps: 500 }), dag);
  assert.notDeepEqual(createRandomDag({ seed: 8, steps: 500 }), dag);
});

test('random DAGs include wide fans, wide joins and long paths', () => {
  const dags = Array.from({ length: 30 }, (_, seed) => createRandomDag({ seed, steps: 1000 }));
  const fanIns = dags.map((dag) => Math.max(...dag.map((parents) => parents.length)));
  assert.ok(Math.max(...fanIns) >= 100, `widest join ${Math.max(...fanIns)}`);
  const fanOuts = dags.map((dag) => Math.max(...countChildren(dag)));
  assert.ok(Math.max(...fanOuts) >= 100, `widest fan ${Math.max(...fanOuts)}`);
  const depths = dags.map((dag) => {
    const depth: number[] = [];
    for (const parents of dag) depth.push(1 + Math.max(0, ...parents.map((p) => depth[p] ?? 0)));
    return Math.max(...depth);
  });
  assert.ok(Math.max(...depths) >= 50, `longest path ${Math.max(...depths)}`);
});

function countChildren(dag: readonly (readonly number[])[]): number[] {
  const counts = dag.map(() => 0);
  for (const parent of dag.flat()) counts[parent] = (counts[parent] as number) + 1;
  return counts;
}

test('the fixed shapes have the expected edges', () => {
  assert.deepEqual(chain(3), [[], [0], [1]]);
  assert.deepEqual(diamond(), [[], [0], [0], [1, 2]]);
  assert.equal(fan(100).length, 102);
  assert.equal(fan(100).at(-1)?.length, 100);
  assert.deepEqual(toNoOpWorkflow('two', chain(2)), {
    name: 'two',
    steps: {
      s0: { type: 'transform', needs: [], with: { value: true } },
      s1: { type: 'transform', needs: ['s0'], with: { value: true } },
    },
  });
});
