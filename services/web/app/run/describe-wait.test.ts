import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeWait } from './describe-wait.ts';

test('a wait is told with the name of what is waited for, if it has one', () => {
  assert.equal(
    describeWait({ type: 'event', name: 'order.paid', key: 'o-17' }),
    'the event order.paid of o-17',
  );
  assert.equal(describeWait({ type: 'event' }), 'an event');
  assert.equal(describeWait({ type: 'child', runId: 'x' }), 'another run');
  assert.equal(describeWait({ type: 'retry' }), 'a retry');
});
