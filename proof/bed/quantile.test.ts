import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantileOf } from './quantile.ts';

test('a quantile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.equal(quantileOf(values, 0.99), 99);
  assert.equal(quantileOf(values, 0.5), 50);
  assert.equal(quantileOf([3, 1, 2], 0.95), 3);
  assert.equal(quantileOf([7], 0.99), 7);
  assert.ok(Number.isNaN(quantileOf([], 0.5)));
});
