import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedWaitSeconds, LONGEST_WAIT_SECONDS } from './expected-wait.ts';

test('the expected wait is backlog / throughput', () => {
  assert.equal(expectedWaitSeconds(100, 600), 10);
  assert.equal(expectedWaitSeconds(1, 60_000), 0.001);
});

test('an empty queue has no wait', () => {
  for (const begun of [0, 1, 60_000]) assert.equal(expectedWaitSeconds(0, begun), 0);
});

test('a queue without throughput waits a minute per run, and at most an hour', () => {
  assert.equal(expectedWaitSeconds(1, 0), 60);
  assert.equal(expectedWaitSeconds(60, 0), LONGEST_WAIT_SECONDS);
  assert.equal(expectedWaitSeconds(1_000_000, 0), LONGEST_WAIT_SECONDS);
  assert.equal(expectedWaitSeconds(1_000_000, 1), LONGEST_WAIT_SECONDS);
});
