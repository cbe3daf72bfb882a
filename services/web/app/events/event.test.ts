import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventSummary } from '../../shared/api.ts';
import { describeOutcome, readPayload } from './event.ts';

const outcome = (state: EventSummary['state'], deliveries: number): string =>
  describeOutcome({ state, deliveries } as EventSummary);

test('the outcome of an event is a sentence', () => {
  assert.equal(outcome('taken', 1), 'The event reached 1 step.');
  assert.equal(outcome('taken', 12), 'The event reached 12 steps.');
  assert.match(outcome('kept', 0), /keeps the event for the first/);
  assert.match(outcome('expired', 0), /before it expired/);
});

test('a payload is any JSON, or empty', () => {
  assert.deepEqual(readPayload('{"a": [1]}'), { value: { a: [1] } });
  assert.deepEqual(readPayload('  '), { value: null });
  assert.match((readPayload('{a: 1}') as { fault: string }).fault, /^Invalid JSON: /);
});
