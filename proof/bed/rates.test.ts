import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDurations, exceeds } from './rates.ts';

const pairs = (bad: readonly number[]) => bad.map((duration) => [100, duration] as const);

test('equal durations are no loss, longer ones are', () => {
  const same = compareDurations(pairs([100, 101, 99, 100, 100, 99, 101, 100]));
  assert.ok(Math.abs(same.loss) < 0.01 && same.margin < 0.02);
  assert.equal(exceeds(same, 0.02, true), false);
  const slower = compareDurations(pairs([110, 111, 109, 110, 110, 109, 111, 110]));
  assert.ok(Math.abs(slower.loss - 0.09) < 0.01);
  assert.equal(exceeds(slower, 0.02, false), true);
});

test('a loss is certainly within the limit only if its whole interval is', () => {
  assert.equal(exceeds({ loss: -0.063, margin: 0.07 }, 0.02, true), false);
  assert.equal(exceeds({ loss: 0.019, margin: 0.019 }, 0.02, true), true);
  assert.equal(exceeds({ loss: 0.019, margin: 0.019 }, 0.02, false), false);
});

test('the margin uses the t quantile for six comparisons', () => {
  // t of 99.17 % with five degrees of freedom is 4.22, with nineteen 2.94.
  for (const [count, t] of [
    [6, 4.22],
    [20, 2.94],
  ] as const) {
    const given = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 100 : 102));
    const logs = given.map((duration) => Math.log(100 / duration));
    const mean = logs.reduce((sum, log) => sum + log, 0) / count;
    const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (count - 1);
    const margin = t * Math.sqrt(variance / count);
    assert.ok(Math.abs(compareDurations(pairs(given)).margin / margin - 1) < 0.02);
  }
});

test('noise proves neither a loss nor, with `certain`, its absence', () => {
  const noisy = compareDurations(pairs([80, 125, 130, 78, 104]));
  assert.equal(exceeds(noisy, 0.02, false), false);
  assert.equal(exceeds(noisy, 0.02, true), true);
});

test('one pair or none proves nothing', () => {
  assert.equal(exceeds(compareDurations(pairs([300])), 0.02, true), true);
  assert.equal(exceeds(compareDurations([]), 0.02, false), true);
});
