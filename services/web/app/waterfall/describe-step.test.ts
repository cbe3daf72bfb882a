import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf } from '../../test/samples.ts';
import { describeStep } from './describe-step.ts';

test('a step in words', () => {
  assert.equal(describeStep(stepOf('a')), 'http, pending');
  const blocked = stepOf('a', { kind: 'llm', status: 'ready', blocked: 'no worker for llm' });
  assert.equal(describeStep(blocked), 'llm, ready, no worker for llm');
  const waitsFor = { type: 'event', name: 'order.paid', key: 'o-1' } as const;
  const waiting = stepOf('a', { kind: 'wait', status: 'waiting', waitsFor });
  assert.equal(describeStep(waiting), 'wait, waiting, waits for the event order.paid of o-1');
  const error = { code: 'http_status', message: 'It answered 503.' };
  const failed = stepOf('a', { kind: 'llm', status: 'failed', error, queueTimeMs: 12 });
  assert.equal(describeStep(failed), 'llm, failed, It answered 503., queued 12 ms');
});
