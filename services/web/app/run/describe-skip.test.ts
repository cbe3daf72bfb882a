import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf } from '../../test/samples.ts';
import { describeSkip } from './describe-skip.ts';

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
