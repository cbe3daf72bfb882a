import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeOf, spanGaps, stack } from './chart.ts';

test('an axis has room above and below its values, and keeps fixed limits', () => {
  assert.deepEqual(rangeOf({}, 0, 100), [-8, 108]);
  assert.deepEqual(rangeOf({ min: 0 }, 20, 100), [0, 108]);
  assert.deepEqual(rangeOf({ min: 0, max: 1 }, 0.2, 0.4), [0, 1]);
});

test('an axis exists with one value or none', () => {
  assert.deepEqual(rangeOf({}, Infinity, -Infinity), [-0.08, 1.08]);
  assert.deepEqual(rangeOf({}, 5, 5), [5, 10]);
  assert.deepEqual(rangeOf({ min: 0 }, 0, 0), [0, 1]);
  assert.deepEqual(rangeOf({ min: 10 }, 2, 3), [10, 20], 'all values are below the minimum');
});

test('rounding errors are a flat line', () => {
  assert.deepEqual(rangeOf({}, 0.9999999999999999, 1), [0.9999999999999999, 1.9999999999999998]);
});

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
