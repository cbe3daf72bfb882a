import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKind } from './delay.ts';
import { StepError } from '@aio/core/run/step-outcome';
import { createStepCall } from './testing/step-call.ts';

const delay = createKind();

test('it returns the duration in milliseconds', async () => {
  assert.deepEqual(await delay.execute(createStepCall({ duration: '90s' })), {
    type: 'delay',
    delayMs: 90_000,
    output: {},
  });
});

test('an invalid duration from an expression is not retryable', () => {
  assert.throws(
    () => delay.execute(createStepCall({ duration: 'a while' })),
    (error) => error instanceof StepError && error.code === 'bad_duration' && !error.retryable,
  );
});
