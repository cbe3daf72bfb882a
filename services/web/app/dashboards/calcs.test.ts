import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calculate } from './calcs.ts';

test('figures ignore missing values', () => {
  const values = [null, 1, 3, null, 2, null];
  const figures = ['lastNotNull', 'mean', 'max', 'min'].map((calc) => calculate(calc, values));
  assert.deepEqual(figures, [2, 2, 3, 1]);
  assert.equal(calculate('max', [null]), null);
  assert.throws(() => calculate('toString', values), /no calculation toString/);
});
