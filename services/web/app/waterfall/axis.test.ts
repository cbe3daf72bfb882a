import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { at } from '../../test/samples.ts';
import { place, scaleOf, spanOf, type Span, ticksOf } from './axis.ts';

const start = Date.parse(at(0));
const spanFor = (lengthMs: number) => ({ startMs: start, endMs: start + lengthMs });
const stretch = (from: number, to: number): Span => ({ startMs: start + from, endMs: start + to });

test('a finished run fills its span, an open one has room to grow', () => {
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: at(500) }, start + 9e9), spanFor(500));
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: null }, start + 1000), spanFor(1040));
});

test('a run always has a length, even if this clock is behind', () => {
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: at(0) }, start), spanFor(1));
  assert.deepEqual(spanOf({ createdAt: at(0), finishedAt: null }, start - 5000), spanFor(1));
});

test('bars are placed in proportion and kept inside', () => {
  const bar = (from: number, to: number) => place(stretch(from, to), scaleOf(spanFor(1000)));
  assert.deepEqual(bar(250, 750), { left: 25, width: 50 });
  assert.deepEqual(bar(-100, 2000), { left: 0, width: 100 });
});

test('hidden stretches take no room, the rest is in proportion', () => {
  const scale = scaleOf(spanFor(1000), [stretch(0, 400), stretch(500, 900)]);
  const at = (ms: number) => Math.round(scale.percentOf(start + ms));
  assert.deepEqual([0, 400, 450, 500, 900, 1000].map(at), [0, 0, 25, 50, 50, 100]);
});

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

test('ticks count the time that the axis shows', () => {
  const scale = scaleOf(spanFor(720_300), [stretch(140, 720_140)]);
  assert.deepEqual(pluck(ticksOf(scale, 8), 'offsetMs'), [0, 50, 100, 150, 200, 250]);
});
