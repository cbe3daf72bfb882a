import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanGaps, stack } from './stack.ts';

test('series are stacked, and gaps add nothing', () => {
  assert.deepEqual(
    stack([
      [1, null, 2],
      [10, 5, null],
      [100, 100, 100],
    ]),
    [
      [1, null, 2],
      [11, 5, null],
      [111, 105, 102],
    ],
  );
});

test('lines cross short gaps, but not long ones or those at the ends', () => {
  const at = [0, 30, 60, 90, 120, 150, 180];
  const values = [null, 1, null, 2, null, null, 3];
  assert.deepEqual(spanGaps(values, at, 60_000), [null, 1, undefined, 2, null, null, 3]);
  assert.deepEqual(spanGaps(values, at, true), [null, 1, undefined, 2, undefined, undefined, 3]);
  assert.deepEqual(spanGaps(values, at, false), values);
});
