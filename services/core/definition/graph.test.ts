import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createAncestry, findCycles, topologicalOrder } from './graph.ts';

test('orders parents first, without steps on or downstream of a cycle', () => {
  assert.deepEqual(topologicalOrder({ parents: [[1], [2], []] }), [2, 1, 0]);
  assert.deepEqual(topologicalOrder({ parents: [[], [2], [1], [1, 0]] }), [0]);
});

test('finds one cycle per component, in order', () => {
  const graph = { parents: [[2], [0], [1], [4], [3], [0], [6]] };
  assert.deepEqual(findCycles(graph), [
    [1, 2, 0],
    [4, 3],
  ]);
});

test('a chain and a cycle of 10,000 steps do not overflow the stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, step) => (step === 0 ? [] : [step - 1]));
  assert.equal(topologicalOrder({ parents: chain }).length, 10_000);
  assert.equal(createAncestry({ parents: chain }).isUpstream(0, 9_999), true);
  assert.deepEqual(findCycles({ parents: chain }), []);
  const ring = chain.with(0, [9_999]);
  assert.equal(findCycles({ parents: ring })[0]!.length, 10_000);
});

const dag = fc
  .integer({ min: 1, max: 40 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, step) =>
        fc.uniqueArray(fc.nat(Math.max(0, step - 1)), { maxLength: step === 0 ? 0 : 4 }),
      ),
    ),
  );

test('finds the same ancestors as a search', () => {
  fc.assert(
    fc.property(dag, (parents) => {
      const ancestry = createAncestry({ parents });
      parents.forEach((_, step) => {
        const found = search(parents, step);
        parents.forEach((_parents, other) => {
          assert.equal(ancestry.isUpstream(other, step), found.has(other));
        });
      });
    }),
  );
});

function search(parents: readonly (readonly number[])[], from: number): Set<number> {
  const found = new Set<number>();
  const rest = [...parents[from]!];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    rest.push(...parents[next]!);
  }
  return found;
}

test('ancestry is unknown downstream of a cycle', () => {
  assert.equal(createAncestry({ parents: [[1], [0], [1]] }).isUpstream(0, 2), null);
});
