import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKind } from './delay.ts';
import { StepError } from '@aio/core/run/step-outcome';
import { createStepCall } from './testing/step-call.ts';

const delay = createKind();

test('the engine is told how long, in milliseconds', async () => {
  assert.deepEqual(await delay.execute(createStepCall({ duration: '90s' })), {
    type: 'delay',
    delayMs: 90_000,
    output: {},
  });
});

test('what an expression made and is no duration fails for good', () => {
  assert.throws(
    () => delay.execute(createStepCall({ duration: 'a while' })),
    (error) => error instanceof StepError && error.code === 'bad_duration' && !error.retryable,
  );
});
