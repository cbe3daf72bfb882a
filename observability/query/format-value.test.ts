import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatValue } from './format-value.ts';

test('values have readable units', () => {
  assert.equal(formatValue(0.0123, 's'), '12.3 ms');
  assert.equal(formatValue(0, 's'), '0 s');
  assert.equal(formatValue(300, 's'), '5 min');
  assert.equal(formatValue(0.0321, 'percentunit'), '3.21 %');
  assert.equal(formatValue(3 * 2 ** 20, 'bytes'), '3 MiB');
  assert.equal(formatValue(0.5, 'suffix: tok/s'), '0.5 tok/s');
  assert.equal(formatValue(300, 'suffix: s'), '5 min');
  assert.equal(formatValue(12_345, 'short'), '12345');
  assert.equal(formatValue(Infinity, 's'), 'Infinity');
});

test('dollars are written as people write them', () => {
  const texts = [0, 0.00000608, 0.125, 0.999, 12.345].map((usd) => formatValue(usd, 'currencyUSD'));
  assert.deepEqual(texts, ['$0', '$0.0000061', '$0.13', '$1.00', '$12.35']);
});
