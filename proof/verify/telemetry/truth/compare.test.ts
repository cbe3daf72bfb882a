import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withOther } from './compare.ts';

test('steps beyond the limit of series count as other, and nothing else does', () => {
  const rows = new Map([
    ['map each', 400],
    ['map call', 3],
    ['chain call', 7],
  ]);
  const measured = new Map([
    ['map each', 150],
    ['map other', 250],
    ['map call', 4],
    ['chain call', 6],
  ]);
  assert.deepEqual(
    withOther(measured, rows),
    new Map([
      ['map each', 150],
      ['map call', 3],
      ['chain call', 7],
      ['map other', 250],
    ]),
  );
});
