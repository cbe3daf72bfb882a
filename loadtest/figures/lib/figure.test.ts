import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeGroups, isMet } from './figure.ts';

test('a limit holds up to itself, and never for what could not be measured', () => {
  const wait = { name: 'wait', unit: 'ms' };
  assert.ok(isMet({ ...wait, value: Number.NaN }));
  assert.ok(isMet({ ...wait, value: 2000, limit: { most: 2000 } }));
  assert.ok(!isMet({ ...wait, value: 2001, limit: { most: 2000 } }));
  assert.ok(!isMet({ ...wait, value: 0.8, limit: { least: 0.9 } }));
  for (const limit of [{ most: 1 }, { least: 1 }])
    assert.ok(!isMet({ ...wait, value: Number.NaN, limit }));
});

test('a miss is seen', () => {
  const lines = describeGroups([
    {
      title: 'waits',
      figures: [
        { name: 'median', value: 12.345, unit: 'ms' },
        { name: 'longest', value: 2500, unit: 'ms', limit: { most: 2000 } },
      ],
      notes: ['a note'],
    },
  ]);
  assert.deepEqual(lines, [
    '',
    'waits',
    '  median      12.35 ms',
    '  longest     2,500 ms  at most 2,000 ms: MISSED',
    '  a note',
  ]);
});
