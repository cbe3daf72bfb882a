import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../../test/samples.ts';
import { place, spanOf, ticksOf } from './axis.ts';

const start = Date.parse(at(0));
const spanFor = (lengthMs: number) => ({ startMs: start, endMs: start + lengthMs });

test('a finished run fills its span, an open one has room to grow', () => {
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: at(500) }, start + 9e9), spanFor(500));
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: null }, start + 1000), spanFor(1040));
});

test('no run is without length, also when the clock here is behind', () => {
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: at(0) }, start), spanFor(1));
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: null }, start - 5000), spanFor(1));
});

test('bars are placed in proportion and kept inside', () => {
  const bar = (from: number, to: number) =>
    place({ startMs: start + from, endMs: start + to }, spanFor(1000));
  assert.deepEqual(bar(250, 750), { left: 25, width: 50 });
  assert.deepEqual(bar(-100, 2000), { left: 0, width: 100 });
});

test('ticks stand at round times', () => {
  const offsets = (lengthMs: number): number[] =>
    ticksOf(spanFor(lengthMs), 6).map((tick) => tick.offsetMs);
  assert.deepEqual(offsets(1), [0]);
  assert.deepEqual(offsets(950), [0, 200, 400, 600, 800]);
  assert.deepEqual(offsets(70_000), [0, 15_000, 30_000, 45_000, 60_000]);
  assert.deepEqual(offsets(3 * 3_600_000).length, 6);
});

test('a year has no more ticks than asked for', () => {
  assert.ok(ticksOf(spanFor(365 * 86_400_000), 6).length <= 6);
});
