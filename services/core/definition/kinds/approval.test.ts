import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBadCases, testGoodCases, withSteps } from '../testing/cases.ts';
import { kind } from './approval.ts';

testGoodCases([
  ['an approval without with', withSteps({ b: { type: 'approval' } })],
  [
    'a role that may decide',
    withSteps({
      b: {
        type: 'approval',
        with: { message: 'Ship ${{ input.version }}?', approver: { role: 'admin' } },
      },
    }),
  ],
]);

testBadCases([
  [
    'two approvers',
    withSteps({ b: { type: 'approval', with: { approver: { role: 'x', user: 'y' } } } }),
    ['/steps/b/with/approver', 'max_properties'],
  ],
  [
    'an empty approver',
    withSteps({ b: { type: 'approval', with: { approver: {} } } }),
    ['/steps/b/with/approver', 'min_properties'],
  ],
]);

test('waits for a decision, without a lane or a timeout', () => {
  assert.deepEqual(
    [kind.lane, kind.slots, kind.waitsFor, kind.defaultTimeoutMs],
    ['default', null, 'approval', null],
  );
});
