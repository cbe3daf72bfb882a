import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createAncestry, findCycle, topologicalOrder } from './graph.ts';

test('orders parents first, without steps on or downstream of a cycle', () => {
  assert.deepEqual(topologicalOrder({ parents: [[1], [2], []] }), [2, 1, 0]);
  assert.deepEqual(topologicalOrder({ parents: [[], [2], [1], [1, 0]] }), [0]);
});

test('finds a cycle, in order, from a step downstream of it, too', () => {
  assert.deepEqual(findCycle({ parents: [[2], [0], [1], [4], [3]] }), [1, 2, 0]);
  assert.deepEqual(findCycle({ parents: [[1], [2, 3], [1], []] }), [2, 1]);
  assert.equal(findCycle({ parents: [[], [0], [1, 0]] }), null);
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
