import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calculate } from './calcs.ts';

test('figures ignore missing values', () => {
  const values = [null, 1, 3, null, 2, null];
  assert.equal(calculate('lastNotNull', values), 2);
  assert.equal(calculate('mean', values), 2);
  assert.equal(calculate('max', values), 3);
  assert.equal(calculate('min', values), 1);
  assert.equal(calculate('max', [null]), null);
  assert.throws(() => calculate('toString', values), /no calculation toString/);
});
