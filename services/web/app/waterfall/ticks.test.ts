import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scaleOf } from './axis.ts';
import { ticksOf } from './ticks.ts';

const spanFor = (lengthMs: number) => ({ startMs: 0, endMs: lengthMs });
const offsets = (lengthMs: number): number[] =>
  ticksOf(scaleOf(spanFor(lengthMs)), 6).map((tick) => tick.offsetMs);

test('ticks stand at round times', () => {
  assert.deepEqual(offsets(1), [0]);
  assert.deepEqual(offsets(950), [0, 200, 400, 600, 800]);
  assert.deepEqual(offsets(70_000), [0, 15_000, 30_000, 45_000, 60_000]);
  assert.deepEqual(offsets(3 * 3_600_000).length, 6);
});

test('a year has no more ticks than asked for', () => {
  assert.ok(offsets(365 * 86_400_000).length <= 6);
});

test('a fold has no ticks; those after it count from its end', () => {
  const scale = scaleOf(spanFor(720_300), [{ startMs: 140, endMs: 720_140 }]);
  const ticks = ticksOf(scale, 8);
  const texts = ticks.map(({ offsetMs, isRelative }) => `${isRelative ? '+' : ''}${offsetMs}`);
  assert.deepEqual(texts, ['0', '50', '100', '720140', '+50', '+100', '+150']);
});

test('no tick overlaps the one at the end of a fold', () => {
  const scale = scaleOf(spanFor(720_000), [{ startMs: 101, endMs: 719_900 }]);
  const percents = ticksOf(scale, 5).map(({ percent }) => percent);
  const distances = percents.slice(1).map((percent, index) => percent - percents[index]!);
  assert.ok(Math.min(...distances) > 12, String(distances));
});
