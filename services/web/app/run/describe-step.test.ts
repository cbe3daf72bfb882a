import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../shared/api.ts';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import { describeSteps, stillSinceMs, describeSkip, describeStep } from './describe-step.ts';

const runOf = (rest: Partial<Run>): Run =>
  ({ status: 'running', createdAt: at(0), waitingFor: null, steps: [], ...rest }) as Run;
const done = stepOf('a', { status: 'succeeded', attempts: [attemptOf(1, [0, 10, 150])] });

test('steps that failed or were not reached are not counted as done', () => {
  const steps = [
    done,
    stepOf('b', { status: 'failed' }),
    stepOf('c', { status: 'skipped', skippedBecause: { reason: 'run_failed', step: 'b' } }),
    stepOf('d'),
  ];
  const failed = runOf({ status: 'failed', steps });
  assert.equal(describeSteps(failed), '1 of 4 succeeded, 1 failed, 2 not reached');
  assert.equal(describeSteps(runOf({ steps: [done, stepOf('d')] })), '1 of 2 succeeded');
});

test('a queued, waiting or blocked run is still since its last attempt ended', () => {
  assert.equal(stillSinceMs(runOf({ status: 'queued' })), Date.parse(at(0)));
  assert.equal(stillSinceMs(runOf({ status: 'waiting', steps: [done] })), Date.parse(at(150)));
  const waitingFor = { reason: 'no_worker', lane: 'llm' } as const;
  assert.equal(stillSinceMs(runOf({ waitingFor, steps: [done] })), Date.parse(at(150)));
  assert.equal(stillSinceMs(runOf({ steps: [done] })), null);
  assert.equal(stillSinceMs(runOf({ status: 'succeeded', steps: [done] })), null);
});

type Cause = NonNullable<Parameters<typeof describeSkip>[0]['skippedBecause']>;

test('each reason for which a step did not run is a sentence', () => {
  const sentences: [cause: Cause, sentence: RegExp][] = [
    [{ reason: 'condition', expression: 'x' }, /its condition was not true/],
    [{ reason: 'upstream', step: 'b', status: 'failed' }, /^Skipped, because b failed\.$/],
    [{ reason: 'upstream', step: 'b', status: 'skipped' }, /^Skipped, because b was skipped\.$/],
    [{ reason: 'run_failed', step: 'b' }, /^Not reached: the run failed at b first\.$/],
    [{ reason: 'run_failed', step: null }, /^Not reached: the run failed first\.$/],
  ];
  for (const [skippedBecause, sentence] of sentences) {
    const step = stepOf('a', { status: 'skipped', skippedBecause });
    assert.match(describeSkip(step, { status: 'failed' })!, sentence);
  }
});

test('a cancelled step says whether it had begun; a step that ran says nothing', () => {
  const textOf = (status: 'cancelled' | 'succeeded', attempt = 0) =>
    describeSkip(stepOf('a', { status, attempt }), { status: 'cancelled' });
  assert.equal(textOf('cancelled'), 'Cancelled before it started.');
  assert.equal(textOf('cancelled', 1), 'Cancelled before it ended.');
  assert.equal(textOf('succeeded', 1), null);
});

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
