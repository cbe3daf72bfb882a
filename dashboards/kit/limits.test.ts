import assert from 'node:assert/strict';
import { test } from 'node:test';
import { above, below, toThresholds, writeLimits } from './limits.ts';
import { PALETTE } from '@aio/slo/panels';

const { teal, amber, vermilion } = PALETTE;
const steps = (limits: Parameters<typeof toThresholds>[0]) =>
  toThresholds(limits).map(({ value, color }) => [value, color]);

test('limits become ascending thresholds of Grafana', () => {
  assert.deepEqual(steps(undefined), [[null, 'text']]);
  assert.deepEqual(steps(above(1, 2)), [
    [null, teal],
    [1, amber],
    [2, vermilion],
  ]);
  assert.deepEqual(steps(above(1, null)), [
    [null, teal],
    [1, amber],
  ]);
  assert.deepEqual(steps(below(0.99, 0.9)), [
    [null, vermilion],
    [0.9, amber],
    [0.99, teal],
  ]);
  assert.deepEqual(steps(below(null, 1)), [
    [null, vermilion],
    [1, teal],
  ]);
  assert.deepEqual(steps(below(1, null)), [
    [null, amber],
    [1, teal],
  ]);
});

test('limits are also written in words', () => {
  assert.equal(writeLimits(undefined, 'seconds'), '');
  assert.equal(
    writeLimits(above(0.25, 1), 'seconds'),
    'Turns amber from 0.25 s, vermilion from 1 s.',
  );
  assert.equal(writeLimits(below(0.999, null), 'share'), 'Turns amber below 99.9 %.');
});
