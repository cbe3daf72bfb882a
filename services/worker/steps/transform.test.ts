import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStepCall } from './testing/step-call.ts';
import { createKind } from './transform.ts';

const transform = createKind();

test('the value is the output, whatever it is', async () => {
  for (const value of [null, 0, 'text', [1, { a: false }]])
    assert.deepEqual(await transform.execute(createStepCall({ value })), {
      type: 'succeeded',
      output: value,
    });
});
