import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDay, formatRuns, formatSum, listDays } from './days.ts';

const DAYS = [
  { day: '2026-11-24', runs: 2 },
  { day: '2026-11-25', runs: 1000 },
];

test('a day at the limit has a plus, and so has the sum', () => {
  assert.deepEqual([formatRuns(999, 1000), formatRuns(1000, 1000)], ['999', '1,000+']);
  assert.deepEqual([formatSum(DAYS, 1000), formatSum(DAYS, 10_000)], ['1,002+', '1,002']);
});

test('days are days of UTC, whatever the time zone', () => {
  assert.equal(formatDay('2026-11-24'), '24 Nov');
  assert.equal(listDays(DAYS, 1000), '24 Nov: 2, 25 Nov: 1,000+');
});
