import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBadCases, testGoodCases, withSteps } from '../testing/cases.ts';
import { kind } from './delay.ts';

testGoodCases([
  ['a duration', withSteps({ b: { type: 'delay', with: { duration: '365d' } } })],
  [
    'a computed duration',
    withSteps({ b: { type: 'delay', with: { duration: '${{ input.pause }}' } } }),
  ],
]);

testBadCases([
  ['no duration', withSteps({ b: { type: 'delay', with: {} } }), ['/steps/b/with', 'required']],
  [
    'an invalid duration',
    withSteps({ b: { type: 'delay', with: { duration: 'soon' } } }),
    ['/steps/b/with/duration', 'pattern'],
  ],
  [
    'a long duration',
    withSteps({ b: { type: 'delay', with: { duration: '366d' } } }),
    ['/steps/b/with/duration', 'limit'],
  ],
]);

test('waits for a time, without a lane', () => {
  assert.deepEqual(
    [kind.lane, kind.slots, kind.waitsFor, kind.defaultTimeoutMs],
    ['default', null, 'delay', null],
  );
});
