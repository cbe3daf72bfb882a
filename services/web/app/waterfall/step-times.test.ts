import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import { stepTimes } from './step-times.ts';

const start = Date.parse(at(0));
const first = attemptOf(1, [0, 10, 113], { status: 'failed' });

test('a retried step took from its first start to its last end; its executions add up', () => {
  const attempts = [first, attemptOf(2, [313, 320, 385])];
  const step = stepOf('a', { status: 'succeeded', attempt: 2, attempts, executionMs: 65 });
  const times = { tookMs: 375, queueMs: 17, executionMs: 168, backoffMs: 200 };
  assert.deepEqual(stepTimes(step, start + 9000), times);
});

test('open times count to now', () => {
  const waitingFor = { reason: 'retry', attempt: 2, of: 3, at: at(313) } as const;
  const retrying = stepOf('a', { status: 'waiting', attempt: 1, attempts: [first], waitingFor });
  const times = { tookMs: 203, queueMs: 10, executionMs: 103, backoffMs: 100 };
  assert.deepEqual(stepTimes(retrying, start + 213), times);
});

test('a step that never started took nothing', () => {
  const none = { tookMs: null, queueMs: null, executionMs: null, backoffMs: null };
  assert.deepEqual(stepTimes(stepOf('a'), start), none);
  const ready = stepOf('a', { status: 'ready', readyAt: at(0) });
  assert.deepEqual(stepTimes(ready, start + 50), { ...none, queueMs: 50 });
});
