import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketWidth, isTrue } from './witnesses.ts';

test('the width of a bucket is the distance of its bounds', () => {
  assert.equal(bucketWidth(0.03, [0.01, 0.05, 0.1]), 0.04);
  assert.equal(bucketWidth(0.005, [0.01, 0.05]), 0.01);
  assert.equal(bucketWidth(0.05, [0.01, 0.05]), 0.04);
  assert.equal(bucketWidth(7, [1, 5]), 2);
});

test('NaN is never correct', () => {
  const figure = { what: '', unit: 's', witness: 'rows', truth: 1, tolerance: 1 } as const;
  assert.equal(isTrue({ ...figure, prometheus: 2 }), true);
  assert.equal(isTrue({ ...figure, prometheus: 2.1 }), false);
  assert.equal(isTrue({ ...figure, prometheus: Number.NaN }), false);
});
