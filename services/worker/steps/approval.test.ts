import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKind } from './approval.ts';
import type { StepError } from '@aio/core/run/step-outcome';
import { createStepCall } from './testing/step-call.ts';

const approval = createKind();

test('returns the question for the approver, or for everyone who may decide', async () => {
  const asked = { message: 'Ship it?', approver: { role: 'admin' } };
  assert.deepEqual(await approval.execute(createStepCall(asked)), { type: 'approval', ...asked });
  assert.deepEqual(await approval.execute(createStepCall({})), {
    type: 'approval',
    message: null,
    approver: null,
  });
});

for (const text of ['a\0b', 'a\ud800']) {
  for (const asked of [
    { message: text },
    { approver: { user: text } },
    { approver: { role: text } },
  ]) {
    test(`refuses ${JSON.stringify(asked)}, which the database cannot store`, () => {
      assert.throws(
        () => approval.execute(createStepCall(asked)),
        (error: StepError) => error.code === 'unstorable_text' && !error.retryable,
      );
    });
  }
}
