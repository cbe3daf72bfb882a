import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBadCases, testGoodCases, withSteps } from '../testing/cases.ts';
import { kind } from './transform.ts';

testGoodCases([
  [
    'any value',
    withSteps({ b: { type: 'transform', with: { value: [null, { a: '${{ input.n + 1 }}' }] } } }),
  ],
]);

testBadCases([
  ['no value', withSteps({ b: { type: 'transform', with: {} } }), ['/steps/b/with', 'required']],
  [
    'a second value',
    withSteps({ b: { type: 'transform', with: { value: 1, values: 2 } } }),
    ['/steps/b/with/values', 'unknown_field', /value/],
  ],
  [
    'a secret',
    withSteps({ b: { type: 'transform', with: { value: '${{ secrets.token }}' } } }),
    ['/steps/b/with/value', 'secret_not_allowed'],
  ],
]);

test('the orchestrator executes it, with a timeout of 5 s', () => {
  assert.deepEqual(
    [kind.lane, kind.slots, kind.waitsFor, kind.defaultTimeoutMs],
    ['default', null, null, 5_000],
  );
});
