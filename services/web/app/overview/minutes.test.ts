import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import type { Overview } from '../../shared/api.ts';
import { allMinutes, budgetLeft, minuteBars, seriesOf, successOf } from './minutes.ts';

const NONE = { queued: 0, running: 0, waiting: 0, succeeded: 0, failed: 0, cancelled: 0 };
const RUNS = { ...NONE, queued: 1, waiting: 2, succeeded: 3, failed: 1 };
const overview = {
  since: '2026-11-28T10:00:30.000Z',
  until: '2026-11-28T10:03:10.000Z',
  minutes: [
    { at: '2026-11-28T10:02:00.000Z', runs: RUNS, durationP95Ms: 40, queueTimeP95Ms: null },
  ],
} as Overview;

test('minutes without runs are drawn, too', () => {
  const minutes = allMinutes(overview).map(({ at }) => at.slice(14, 16));
  assert.deepEqual(minutes, ['00', '01', '02', '03']);
  const bars = minuteBars(overview);
  assert.deepEqual(pluck(bars, 'total'), [0, 0, 7, 0]);
  assert.deepEqual(bars[2]?.runs, { succeeded: 3, failed: 1, cancelled: 0, unfinished: 3 });
});

test('a sparkline has a gap where there is nothing to measure', () => {
  const durations = seriesOf(overview, (minute) => minute.durationP95Ms);
  assert.deepEqual(durations, [null, null, 40, null]);
});

test('success counts ended runs alone, and uses up the budget', () => {
  assert.equal(successOf({ ...NONE, running: 5 }), null);
  assert.equal(successOf({ ...NONE, succeeded: 3, failed: 1, cancelled: 9 }), 0.75);
  assert.equal(budgetLeft(1, 0.95), 1);
  assert.ok(Math.abs(budgetLeft(0.98, 0.95) - 0.6) < 1e-9);
  assert.equal(budgetLeft(0.5, 0.95), 0);
});
