import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../shared/api.ts';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import { describeSteps, stillSinceMs } from './describe-progress.ts';

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
