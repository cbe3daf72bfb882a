import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBadCases, testGoodCases, withSteps } from '../testing/cases.ts';
import { kind } from './wait.ts';

testGoodCases([
  [
    'a wait for an event',
    withSteps({
      b: {
        type: 'wait',
        timeout: '30d',
        with: { event: 'order.paid', key: 'order-${{ run.id }}' },
      },
    }),
  ],
]);

testBadCases([
  [
    'an event without a key',
    withSteps({ b: { type: 'wait', with: { event: 'order paid' } } }),
    ['/steps/b/with', 'required'],
    ['/steps/b/with/event', 'pattern'],
  ],
  [
    'an empty key',
    withSteps({ b: { type: 'wait', with: { event: 'order.paid', key: '' } } }),
    ['/steps/b/with/key', 'min_length'],
  ],
]);

test('waits for an event, without a lane or a timeout', () => {
  assert.deepEqual(
    [kind.lane, kind.slots, kind.waitsFor, kind.defaultTimeoutMs],
    ['default', null, 'event', null],
  );
});
