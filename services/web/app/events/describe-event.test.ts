import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventSummary } from '../../shared/api.ts';
import { describeOutcome } from './describe-event.ts';

const outcome = (state: EventSummary['state'], deliveries: number): string =>
  describeOutcome({ state, deliveries } as EventSummary);

test('the outcome of an event is a sentence', () => {
  assert.equal(outcome('taken', 1), 'The event reached 1 step.');
  assert.equal(outcome('taken', 12), 'The event reached 12 steps.');
  assert.match(outcome('kept', 0), /keeps the event for the first/);
  assert.match(outcome('expired', 0), /before it expired/);
});
