import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../../shared/api.ts';
import { changeOf, isDifferent, noteOf, outputsOf, stateOf } from './rows.ts';

test('figures differ if they are more than a tenth apart', () => {
  assert.deepEqual([changeOf(100, 109), changeOf(null, 5)], [null, null]);
  assert.deepEqual([changeOf(100, 130), changeOf(100, 50)], ['more', 'less']);
  assert.deepEqual([changeOf(0.02, 0.9), changeOf(1, 2)], ['more', 'more'], 'cost and attempts');
  assert.deepEqual([changeOf(0, 1, 1), changeOf(0, 2, 1)], [null, 'more'], 'a millisecond');
});

test('a step differs by its result, not by its times', () => {
  const side = { status: 'succeeded', attempts: 1, executionMs: 5 };
  const stepOf = (b: object | null, outputsEqual: boolean | null = true) =>
    ({ step: 's', a: side, b, outputsEqual }) as unknown as Comparison['steps'][number];
  assert.equal(isDifferent(stepOf({ ...side, executionMs: 500 })), false);
  assert.equal(isDifferent(stepOf({ ...side, status: 'failed' })), true);
  assert.equal(isDifferent(stepOf({ ...side, attempts: 2 })), true);
  assert.equal(isDifferent(stepOf(side, false)), true);
  assert.equal(isDifferent(stepOf(side, null)), false);
  assert.equal(isDifferent(stepOf(null)), true);
});

test('attempts of a reused step do not count', () => {
  const a = { status: 'succeeded', attempts: 1, resolution: null };
  const b = { status: 'succeeded', attempts: 0, resolution: 'reused' };
  const step = { step: 's', a, b, outputsEqual: true } as unknown as Comparison['steps'][number];
  assert.equal(isDifferent(step), false);
  const first = { id: 'a', retryOf: null, replayOf: null };
  const second = { id: 'b', retryOf: null, replayOf: 'a' };
  assert.equal(noteOf(step, { a: first, b: second }), 'reusedFromA');
  assert.equal(noteOf({ ...step, a: step.b, b: step.a }, { a: second, b: first }), 'reusedFromB');
  assert.equal(noteOf(step, { a: first, b: { ...second, replayOf: 'c' } }), 'reused');
  assert.equal(noteOf({ ...step, b: step.a }, { a: first, b: second }), null);
});

test('two missing outputs do not count as the same', () => {
  const [failed, empty] = [{ status: 'failed' }, { status: 'succeeded', output: null }] as const;
  const long = { status: 'succeeded' } as const;
  assert.equal(outputsOf({ a: failed, b: null, outputsEqual: true }), 'none');
  assert.equal(outputsOf({ a: failed, b: empty, outputsEqual: true }), 'none');
  assert.equal(outputsOf({ a: null, b: long, outputsEqual: false }), 'single');
  assert.equal(outputsOf({ a: long, b: long, outputsEqual: true }), 'same');
  assert.equal(outputsOf({ a: empty, b: long, outputsEqual: false }), 'differs');
  assert.equal(outputsOf({ a: long, b: long, outputsEqual: null }), 'unknown');
});

test('a step that its run did not reach is not cancelled', () => {
  const cancelled = { status: 'cancelled' } as const;
  const skippedBecause = { reason: 'run_failed', step: 'first' } as const;
  assert.equal(stateOf({ ...cancelled, skippedBecause }), 'not_reached');
  assert.equal(stateOf(cancelled), 'cancelled');
  assert.equal(stateOf(null), null);
});
