import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatCost, formatCount, formatRate, formatShare } from './amount.ts';

test('counts', () => {
  assert.equal(formatCount(0), '0');
  assert.equal(formatCount(9999), '9,999');
  assert.equal(formatCount(12_345), '12.3k');
});

test('bytes are in kB and MB', () => {
  assert.equal(formatBytes(40_400), '40 kB');
  assert.equal(formatBytes(10_485_760), '10.5 MB');
});

test('costs below $1 have two significant digits', () => {
  assert.equal(formatCost(null), '–');
  assert.equal(formatCost(0), '$0');
  assert.equal(formatCost(0.000424), '$0.00042');
  assert.equal(formatCost(0.25), '$0.25');
  assert.equal(formatCost(0.999), '$1.00');
  assert.equal(formatCost(12.345), '$12.35');
});

test('rates below ten have two significant digits', () => {
  assert.deepEqual([0, 1 / 60, 2.34, 12.6].map(formatRate), ['0', '0.017', '2.3', '13']);
});

test('shares keep one decimal', () => {
  assert.deepEqual([1, 0.985, 0.3333, 0].map(formatShare), ['100%', '98.5%', '33.3%', '0%']);
});
