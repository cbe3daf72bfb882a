import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge, formatClock, formatMoment } from './moment.ts';

const now = new Date(2026, 10, 25, 14, 0, 0).getTime();
const iso = (...parts: [number, number, number, number, number, number, number]): string =>
  new Date(...parts).toISOString();

test('a time today has no date', () => {
  assert.equal(formatMoment(iso(2026, 10, 25, 9, 5, 7, 0), now), '09:05:07');
  assert.equal(formatMoment(iso(2026, 10, 24, 9, 5, 7, 0), now), '24 Nov 09:05:07');
  assert.equal(formatMoment(null, now), '–');
});

test('the clock shows milliseconds', () => {
  assert.equal(formatClock(iso(2026, 10, 25, 9, 5, 7, 42)), '09:05:07.042');
});

test('ages grow coarser; a time in the future reads as now', () => {
  const ago = (seconds: number): string =>
    formatAge(new Date(now - seconds * 1000).toISOString(), now);
  assert.deepEqual([-5, 3].map(ago), ['just now', 'just now']);
  const ages = [45, 200, 7300, 200_000].map(ago);
  assert.deepEqual(ages, ['45 s ago', '3 min ago', '2 h ago', '2 d ago']);
});
