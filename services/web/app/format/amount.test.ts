import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCost, formatCount } from './amount.ts';

test('counts', () => {
  assert.equal(formatCount(0), '0');
  assert.equal(formatCount(9999), '9,999');
  assert.equal(formatCount(12_345), '12.3k');
});

test('costs keep two telling digits', () => {
  assert.equal(formatCost(null), '–');
  assert.equal(formatCost(0), '$0');
  assert.equal(formatCost(0.000424), '$0.00042');
  assert.equal(formatCost(0.25), '$0.25');
  assert.equal(formatCost(0.999), '$1.00');
  assert.equal(formatCost(12.345), '$12.35');
});
