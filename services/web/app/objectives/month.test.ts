import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, formatReached, verdictOf, formatMonth, monthAt } from './month.ts';

const day = (reached: number | null, measured: number | null = 1) => ({
  day: '2026-11-01',
  measured,
  events: 100,
  badEvents: 0,
  reached,
});

test('a bar shows how much of its budget a day used; a day without a bar says why', () => {
  const days = [day(1), day(0.98), day(null, 0), day(null, 0.5), day(null, null)];
  const bars = barsOf({ days, objective: 0.99 });
  assert.deepEqual(
    bars.map(({ burn, gap }) => [burn === null ? null : Math.round(burn * 100), gap]),
    [
      [0, null],
      [200, null],
      [null, 'noData'],
      [null, 'noEvents'],
      [null, 'ahead'],
    ],
  );
});

test('a verdict needs data, and enough events', () => {
  const of = (reached: number | null, events: number) =>
    verdictOf({ reached, objective: 0.99, events, minEvents: 100 });
  assert.deepEqual([of(0.995, 100), of(0.98, 100)], ['met', 'missed']);
  assert.deepEqual([of(0.5, 99), of(null, 0)], ['tooFew', 'noData']);
});

test('a share is never rounded up', () => {
  const texts = [0.9989999, 0.999, 0.993, 1, 0].map(formatReached);
  assert.deepEqual(texts, ['99.89%', '99.9%', '99.3%', '100%', '0%']);
});

test('months follow each other over the years', () => {
  assert.equal(monthAt('2026-12', 1), '2027-01');
  assert.equal(monthAt('2027-01', -1), '2026-12');
  assert.equal(formatMonth('2026-11'), 'November 2026');
});
