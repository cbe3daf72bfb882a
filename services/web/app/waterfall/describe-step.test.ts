import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf } from '../../test/samples.ts';
import { describeStep } from './describe-step.ts';

test('a step in words', () => {
  assert.equal(describeStep(stepOf('a')), 'http, pending');
  const error = { code: 'http_status', message: 'It answered 503.' };
  const failed = stepOf('a', { kind: 'llm', status: 'failed', error, queueWaitMs: 12 });
  assert.equal(describeStep(failed), 'llm, failed, It answered 503., queued 12 ms');
});
