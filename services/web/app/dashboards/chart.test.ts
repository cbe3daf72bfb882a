import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOptions, rangeOf, spanGaps, stack } from './chart.ts';
import { readPanel } from './board.ts';

test('an axis has room above and below its values, and keeps fixed limits', () => {
  assert.deepEqual(rangeOf({}, 0, 100), [-8, 108]);
  assert.deepEqual(rangeOf({ min: 0 }, 20, 100), [0, 108]);
  assert.deepEqual(rangeOf({ min: 0, max: 1 }, 0.2, 0.4), [0, 1]);
});

test('an axis exists with one value or none', () => {
  assert.deepEqual(rangeOf({}, Infinity, -Infinity), [-0.08, 1.08]);
  assert.deepEqual(rangeOf({}, 5, 5), [5, 10]);
  assert.deepEqual(rangeOf({ min: 0 }, 0, 0), [0, 1]);
  assert.deepEqual(rangeOf({ min: 10 }, 2, 3), [10, 20], 'all values are below the minimum');
});

test('rounding errors are a flat line', () => {
  assert.deepEqual(rangeOf({}, 0.9999999999999999, 1), [0.9999999999999999, 1.9999999999999998]);
});

test('series are stacked, and gaps add nothing', () => {
  assert.deepEqual(
    stack([
      [1, null, 2],
      [10, 5, null],
      [100, 100, 100],
    ]),
    [
      [1, null, 2],
      [11, 5, null],
      [111, 105, 102],
    ],
  );
});

test('lines cross short gaps, but not long ones or those at the ends', () => {
  const at = [0, 30, 60, 90, 120, 150, 180];
  const values = [null, 1, null, 2, null, null, 3];
  assert.deepEqual(spanGaps(values, at, 60_000), [null, 1, undefined, 2, null, null, 3]);
});

test('ticks of an axis of seconds are round, also in minutes and hours', () => {
  const theme = { isDark: false, text: '', grid: '', font: '' };
  const axisOf = (unit: string) => {
    const gridPos = { x: 0, y: 0, w: 12, h: 9 };
    const panel = { id: 1, type: 'timeseries', title: 'A', gridPos };
    const fieldConfig = { defaults: { unit }, overrides: [] };
    return chartOptions(readPanel({ ...panel, fieldConfig }), [], theme).axes?.[1];
  };
  const increments = axisOf('s')?.incrs as number[];
  assert.ok(increments.includes(600) && !increments.includes(1000));
  assert.deepEqual(
    increments,
    increments.toSorted((a, b) => a - b),
  );
  assert.equal(axisOf('short')?.incrs, undefined);
});
