import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import { describeStep } from './describe-step.ts';

const NOW = Date.parse(at(0));

test('a step in words', () => {
  assert.equal(describeStep(stepOf('a'), NOW), 'http, pending');
  const blocked = { reason: 'no_worker', lane: 'llm' } as const;
  const ready = stepOf('a', { kind: 'llm', status: 'ready', waitingFor: blocked });
  assert.equal(describeStep(ready, NOW), 'llm, ready, No worker for llm');
  const waitingFor = { reason: 'event', name: 'order.paid', key: 'o-1', until: null } as const;
  const waiting = stepOf('a', { kind: 'wait', status: 'waiting', waitingFor });
  assert.equal(describeStep(waiting, NOW), 'wait, waiting, Event order.paid with key o-1');
  const error = { code: 'http_status', message: 'It answered 503.' };
  const first = [attemptOf(1, [0, 12, 40])];
  const failed = stepOf('a', { kind: 'llm', status: 'failed', error, attempts: first });
  assert.equal(describeStep(failed, NOW), 'llm, failed, It answered 503., queued 12 ms');
  const attempts = [attemptOf(1, [0, 0, 900], { usage: { timeToFirstTokenMs: 400 } })];
  const answered = stepOf('a', { kind: 'llm', status: 'succeeded', attempts });
  assert.equal(describeStep(answered, NOW), 'llm, succeeded, first token after 400 ms');
});
