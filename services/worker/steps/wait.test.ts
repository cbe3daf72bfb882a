import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StepError } from '@aio/core/run/step-outcome';
import { createStepCall } from './testing/step-call.ts';
import { createKind } from './wait.ts';

const wait = createKind();

test('it returns the event to wait for', async () => {
  const outcome = await wait.execute(createStepCall({ event: 'order.paid', key: 'o-1' }));
  assert.deepEqual(outcome, { type: 'event', name: 'order.paid', key: 'o-1' });
});

test('a key that the database cannot store is not retryable', () => {
  for (const key of ['a\u0000', 'a\ud800'])
    assert.throws(
      () => wait.execute(createStepCall({ event: 'order.paid', key })),
      (error) => error instanceof StepError && error.code === 'bad_event_key' && !error.retryable,
    );
});
