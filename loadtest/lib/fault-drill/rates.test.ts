import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDurations, exceeds } from './rates.ts';

const pairs = (bad: readonly number[]) => bad.map((duration) => [100, duration] as const);

test('the same durations are no loss, longer ones are one', () => {
  const same = compareDurations(pairs([100, 101, 99, 100]));
  assert.ok(Math.abs(same.loss) < 0.01 && same.margin < 0.02);
  assert.equal(exceeds(same, 0.02, true), false);
  const slower = compareDurations(pairs([110, 111, 109, 110]));
  assert.ok(Math.abs(slower.loss - 0.09) < 0.01);
  assert.equal(exceeds(slower, 0.02, false), true);
});

test('noise is not taken for a loss, nor for its absence where certainty is asked for', () => {
  const noisy = compareDurations(pairs([80, 125, 130, 78, 104]));
  assert.equal(exceeds(noisy, 0.02, false), false);
  assert.equal(exceeds(noisy, 0.02, true), true);
});

test('one pair, or none, says nothing', () => {
  assert.equal(exceeds(compareDurations(pairs([300])), 0.02, true), true);
  assert.equal(exceeds(compareDurations([]), 0.02, false), true);
});
