import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../../shared/api.ts';
import { changeOf, isDifferent } from './rows.ts';

test('a figure differs when it differs by more than a tenth', () => {
  assert.deepEqual(
    [changeOf(100, 109), changeOf(100, 130), changeOf(100, 50), changeOf(null, 5)],
    [null, 'more', 'less', null],
  );
  assert.deepEqual([changeOf(0.02, 0.9), changeOf(1, 2)], ['more', 'more'], 'cost and attempts');
  assert.deepEqual(
    [changeOf(0, 1, 1), changeOf(0, 2, 1)],
    [null, 'more'],
    'a millisecond is no difference',
  );
});

test('a step differs by its end, not by its times', () => {
  const side = { status: 'succeeded', attempts: 1, executionMs: 5 };
  const stepOf = (b: object | null, outputsEqual: boolean | null = true) =>
    ({ step: 's', a: side, b, outputsEqual }) as unknown as Comparison['steps'][number];
  assert.equal(isDifferent(stepOf({ ...side, executionMs: 500 })), false);
  assert.equal(isDifferent(stepOf({ ...side, status: 'failed' })), true);
  assert.equal(isDifferent(stepOf({ ...side, attempts: 2 })), true);
  assert.equal(isDifferent(stepOf(side, false)), true);
  assert.equal(isDifferent(stepOf(side, null)), false);
  assert.equal(isDifferent(stepOf(null)), true);
});
