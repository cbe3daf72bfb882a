import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBadCases, testGoodCases, withSteps } from '../testing/cases.ts';
import { kind } from './workflow.ts';

testGoodCases([
  [
    'a run of another workflow, or of this one',
    withSteps({
      b: { type: 'workflow', with: { workflow: 'test', version: 2, input: { n: 1 } } },
      c: {
        type: 'map',
        over: [1, 2],
        step: { type: 'workflow', with: { workflow: '${{ item }}', version: '${{ index }}' } },
      },
    }),
  ],
]);

testBadCases([
  [
    'an invalid workflow name',
    withSteps({ b: { type: 'workflow', with: { workflow: 'No Name', version: 0 } } }),
    ['/steps/b/with/workflow', 'pattern'],
    ['/steps/b/with/version', 'minimum'],
  ],
  [
    'a secret in the input of another run',
    withSteps({
      b: { type: 'workflow', with: { workflow: 'other', input: '${{ secrets.token }}' } },
    }),
    ['/steps/b/with/input', 'secret_not_allowed'],
  ],
]);

test('waits for the run that it starts, without a lane', () => {
  assert.deepEqual(
    [kind.lane, kind.slots, kind.waitsFor, kind.defaultTimeoutMs],
    ['default', null, 'child', null],
  );
});
