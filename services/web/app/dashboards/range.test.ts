import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeOf } from './range.ts';

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
