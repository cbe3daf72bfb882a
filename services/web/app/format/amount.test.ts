import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeCost,
  formatBytes,
  formatCost,
  formatCostBriefly,
  formatCount,
  formatRate,
  formatShare,
  isCostly,
} from './amount.ts';

test('counts', () => {
  assert.deepEqual([0, 9999, 12_345].map(formatCount), ['0', '9,999', '12.3k']);
});

test('bytes are in kB and MB', () => {
  assert.deepEqual([40_400, 10_485_760].map(formatBytes), ['40 kB', '10.5 MB']);
});

test('costs below $1 have two significant digits', () => {
  assert.deepEqual([null, 0, 0.000424].map(formatCost), ['–', '$0', '$0.00042']);
  assert.deepEqual([0.25, 0.999, 12.345].map(formatCost), ['$0.25', '$1.00', '$12.35']);
});

test('costs are rounded from their decimal text', () => {
  // As numbers, both are 9007199254740992.
  assert.equal(formatCost('9007199254740992.005'), '$9007199254740992.01');
  assert.equal(formatCost('9007199254740992.004'), '$9007199254740992.00');
  assert.equal(formatCost('0.0000241'), '$0.000024');
});

test('a cost says how many calls it leaves out', () => {
  const costs = [
    { costUsd: '0.12', unpricedCalls: 3 },
    { costUsd: '0', unpricedCalls: 1 },
    { costUsd: null, unpricedCalls: 2 },
    { costUsd: '0.12', unpricedCalls: 0 },
    { costUsd: '0', unpricedCalls: 0 },
  ];
  assert.deepEqual(costs.map(describeCost), [
    '$0.12 + 3 calls of unknown price',
    '1 call of unknown price',
    '2 calls of unknown price',
    '$0.12',
    '$0',
  ]);
  assert.deepEqual(costs.map(formatCostBriefly), ['$0.12 + ?', '?', '?', '$0.12', '–']);
  assert.deepEqual(costs.map(isCostly), [true, true, true, true, false]);
});

test('rates below ten have two significant digits', () => {
  assert.deepEqual([0, 1 / 60, 2.34, 12.6].map(formatRate), ['0', '0.017', '2.3', '13']);
});

test('shares keep one decimal', () => {
  assert.deepEqual([1, 0.985, 0.3333, 0].map(formatShare), ['100%', '98.5%', '33.3%', '0%']);
});
