import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelayMs, type RetryPolicy } from './retry.ts';

const policy: RetryPolicy = {
  maxAttempts: 10,
  backoff: 'exponential',
  delayMs: 1_000,
  maxDelayMs: 60_000,
};
const almostOne = () => 1 - Number.EPSILON;
const zero = () => 0;
const quarter = () => 0.25;

test('exponential delays double up to the cap', () => {
  const delays = [1, 2, 3, 6, 7, 100, 5_000].map((attempt) =>
    retryDelayMs(policy, attempt, almostOne),
  );
  assert.deepEqual(delays, [1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000]);
});

test('jitter is full: from 0 to the whole delay', () => {
  assert.equal(retryDelayMs(policy, 3, zero), 0);
  assert.equal(retryDelayMs(policy, 3, quarter), 1_000);
});

test('constant delays have no jitter, and the cap holds', () => {
  const constant: RetryPolicy = { ...policy, backoff: 'constant' };
  assert.equal(retryDelayMs(constant, 7, zero), 1_000);
  assert.equal(retryDelayMs({ ...constant, maxDelayMs: 10 }, 1, almostOne), 10);
});
