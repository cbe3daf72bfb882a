import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trendOf } from './trend.ts';

const range = { from: 0, to: 150, stepSeconds: 5 };
const series = (...values: [at: number, value: number][]) => ({
  labels: {},
  samples: values.map(([at, value]) => ({ at, value })),
});

test('a trend shows changes and gaps', () => {
  assert.equal(
    trendOf(series([60, 0], [70, 0], [80, 4], [89, 3], [90, 7], [150, 7]), range),
    '      ▁▁▅█    █',
  );
});

test('a constant series is a line at the bottom', () => {
  assert.equal(trendOf(series([0, 3], [10, 3], [149, 3]), range), '▁▁            ▁');
  assert.equal(trendOf(series([0, Infinity]), range), `▁${' '.repeat(14)}`);
});
