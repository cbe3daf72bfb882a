import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import type { Step } from '../../shared/api.ts';
import { longWaits } from './idle.ts';

const start = Date.parse(at(0));
const MINUTE = 60_000;

function worked(id: string, times: [number, number | null, number | null], rest = {}): Step {
  const status = times[2] === null ? 'running' : 'succeeded';
  return stepOf(id, { status, attempt: 1, attempts: [attemptOf(1, times)], ...rest });
}

/** The long waits of a run of this length, in ms since its start. */
function waits(steps: Step[], lengthMs: number): number[][] {
  const span = { startMs: start, endMs: start + lengthMs };
  return longWaits(steps, span).map(({ startMs, endMs }) => [startMs - start, endMs - start]);
}

const approval = worked('ask', [150, 150, 12 * MINUTE], { awaits: 'approval', kind: 'approval' });

test('twelve minutes of waiting between two pieces of work are one', () => {
  const steps = [worked('a', [0, 10, 150]), approval, worked('z', [12 * MINUTE, 720_010, 720_300])];
  assert.deepEqual(waits(steps, 720_300), [[150, 720_000]]);
});

test('an open wait is none, even if another step worked meanwhile', () => {
  const open = stepOf('ask', { awaits: 'approval', status: 'waiting', attempt: 1 });
  const waiting = { ...open, attempts: [attemptOf(1, [150, 150, null])] };
  assert.deepEqual(waits([worked('a', [0, 10, 150]), waiting], MINUTE), []);
  const late = worked('z', [50_000, 50_000, 50_100]);
  assert.deepEqual(waits([worked('a', [0, 10, 150]), waiting, late], MINUTE), []);
});

test('open executions and queue times are none', () => {
  assert.deepEqual(waits([worked('a', [0, 10, null])], MINUTE), []);
  assert.deepEqual(waits([worked('a', [0, null, null], { status: 'ready' })], MINUTE), []);
  assert.deepEqual(waits([approval, worked('a', [0, 10, 12 * MINUTE])], 12 * MINUTE), []);
});

test('waits of at most 10 s are short', () => {
  const steps = [worked('a', [0, 10, 100]), worked('z', [10_100, 10_100, 10_200])];
  assert.deepEqual(waits(steps, 10_200), []);
});

test('a closed child run may be working; a map of approvals is not', () => {
  const times: [number, number, number] = [100, 100, MINUTE];
  assert.deepEqual(waits([worked('child', times, { awaits: 'child' })], MINUTE), []);
  const map = worked('each', times, { kind: 'map', itemAwaits: 'approval' });
  assert.deepEqual(waits([worked('a', [0, 0, 100]), map], MINUTE), [[100, MINUTE]]);
});
