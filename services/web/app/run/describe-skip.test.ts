import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepOf } from '../../test/samples.ts';
import { describeSkip } from './describe-skip.ts';

test('each reason for which a step did not run is a sentence', () => {
  const failed = { status: 'failed' } as const;
  const because = (skippedBecause: Parameters<typeof describeSkip>[0]['skippedBecause']) =>
    describeSkip(stepOf('a', { status: 'skipped', skippedBecause: skippedBecause! }), failed);
  assert.match(because({ reason: 'condition', expression: 'x' })!, /its condition was not true/);
  assert.equal(
    because({ reason: 'upstream', step: 'b', status: 'failed' }),
    'Skipped, because b failed.',
  );
  assert.equal(
    because({ reason: 'upstream', step: 'b', status: 'skipped' }),
    'Skipped, because b was skipped.',
  );
  assert.equal(
    because({ reason: 'run_failed', step: 'b' }),
    'Not reached: the run failed at b first.',
  );
  assert.equal(because({ reason: 'run_failed', step: null }), 'Not reached: the run failed first.');
});

test('a cancelled step says whether it had begun; a step that ran says nothing', () => {
  const cancelled = { status: 'cancelled' } as const;
  assert.equal(
    describeSkip(stepOf('a', { status: 'cancelled' }), cancelled),
    'Cancelled before it started.',
  );
  assert.equal(
    describeSkip(stepOf('a', { status: 'cancelled', attempt: 1 }), cancelled),
    'Cancelled before it ended.',
  );
  assert.equal(describeSkip(stepOf('a', { status: 'succeeded', attempt: 1 }), cancelled), null);
});
