import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skippedBecause } from './skipped-because.ts';
import type { StepStatus } from './states.ts';

type Step = Parameters<typeof skippedBecause>[0];

const STEP: Step = {
  status: 'skipped',
  attempt: 0,
  needs: ['good', 'bad'],
  join: 'all_succeeded',
  condition: 'input.n > 1',
};

function because(
  step: Partial<Step>,
  statuses: Record<string, StepStatus> = {},
  run: { status?: 'succeeded' | 'failed'; failedStep?: string | null } = {},
) {
  const { status = 'succeeded', failedStep = null } = run;
  const statusOf = (id: string) => statuses[id] ?? 'succeeded';
  return skippedBecause({ ...STEP, ...step }, { status, failedStep, statusOf });
}

test('names the parent that the join rules out, else the condition', () => {
  const upstream = { reason: 'upstream', step: 'bad', status: 'failed' };
  assert.deepEqual(because({}, { bad: 'failed' }), upstream);
  const both = { good: 'skipped', bad: 'failed' } as const;
  assert.deepEqual(because({ join: 'none_failed' }, both), upstream);
  const condition = { reason: 'condition', expression: 'input.n > 1' };
  assert.deepEqual(because({}), condition);
  assert.deepEqual(because({ join: 'none_failed' }, { bad: 'skipped' }), condition);
  assert.deepEqual(because({ join: 'all_settled' }, { bad: 'failed' }), condition);
});

test('an unreached step names the step that made the run fail', () => {
  const failed = { status: 'failed', failedStep: 'bad' } as const;
  const reason = { reason: 'run_failed', step: 'bad' };
  assert.deepEqual(because({ status: 'cancelled' }, {}, failed), reason);
  assert.equal(because({ status: 'cancelled', attempt: 1 }, {}, failed), null, 'it was executed');
  assert.equal(because({ status: 'cancelled' }), null, 'somebody cancelled the run');
  assert.equal(because({ status: 'succeeded' }, {}, failed), null);
});
