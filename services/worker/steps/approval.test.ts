import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approval } from './approval.ts';
import { createStepCall } from './testing/step-call.ts';

test('asks whom it is told, or whoever may', async () => {
  const asked = { message: 'Ship it?', approver: { role: 'admin' } };
  assert.deepEqual(await approval.execute(createStepCall(asked)), { type: 'approval', ...asked });
  assert.deepEqual(await approval.execute(createStepCall({})), {
    type: 'approval',
    message: null,
    approver: null,
  });
});
