import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, attemptOf, stepOf } from '../../test/samples.ts';
import type { Step } from '../../shared/api.ts';
import { foldsOf, idleStretches } from './idle.ts';

const start = Date.parse(at(0));
const MINUTE = 60_000;

function worked(id: string, times: [number, number | null, number | null], rest = {}): Step {
  const status = times[2] === null ? 'running' : 'succeeded';
  return stepOf(id, { status, attempt: 1, attempts: [attemptOf(1, times)], ...rest });
}

/** The folds of a run of this length, in ms since its start. */
function folded(steps: Step[], lengthMs: number): number[][] {
  const span = { startMs: start, endMs: start + lengthMs };
  return foldsOf(idleStretches(steps), span).map(({ startMs, endMs }) => [
    startMs - start,
    endMs - start,
  ]);
}

const approval = worked('ask', [150, 150, 12 * MINUTE], { awaits: 'approval', kind: 'approval' });

test('twelve minutes of waiting between two pieces of work are folded', () => {
  const steps = [worked('a', [0, 10, 150]), approval, worked('z', [12 * MINUTE, 720_010, 720_300])];
  assert.deepEqual(folded(steps, 720_300), [[150, 720_000]]);
});

test('an open wait is never folded, even if another step worked meanwhile', () => {
  const open = stepOf('ask', { awaits: 'approval', status: 'waiting', attempt: 1 });
  const waiting = { ...open, attempts: [attemptOf(1, [150, 150, null])] };
  assert.deepEqual(folded([worked('a', [0, 10, 150]), waiting], MINUTE), []);
  const late = worked('z', [50_000, 50_000, 50_100]);
  assert.deepEqual(folded([worked('a', [0, 10, 150]), waiting, late], MINUTE), []);
});

test('open executions and queue times are never folded', () => {
  assert.deepEqual(folded([worked('a', [0, 10, null])], MINUTE), []);
  assert.deepEqual(folded([worked('a', [0, null, null], { status: 'ready' })], MINUTE), []);
  assert.deepEqual(folded([approval, worked('a', [0, 10, 12 * MINUTE])], 12 * MINUTE), []);
});

test('short waits stay, and so do those of a run that mostly works', () => {
  const steps = [worked('a', [0, 10, 100]), worked('z', [9_000, 9_000, 9_100])];
  assert.deepEqual(folded(steps, 9_100), []);
  const busy = [worked('a', [0, 10, 20_000]), worked('z', [40_000, 40_000, 60_000])];
  assert.deepEqual(folded(busy, 60_000), []);
});

test('a closed child run may be working; a map of approvals is not', () => {
  const times: [number, number, number] = [100, 100, MINUTE];
  assert.deepEqual(folded([worked('child', times, { awaits: 'child' })], MINUTE), []);
  const map = worked('each', times, { kind: 'map', itemAwaits: 'approval' });
  assert.deepEqual(folded([worked('a', [0, 0, 100]), map], MINUTE), [[100, MINUTE]]);
});

test('the longest of many waits are folded, in order', () => {
  const starts = [0, 30, 70, 120, 180].map((seconds) => seconds * 1000);
  const worksFor = (ms: number) =>
    starts.map((start) => worked(`at${start}`, [start, start, start + ms]));
  assert.deepEqual(folded(worksFor(5000), 185_000), [
    [35_000, 70_000],
    [75_000, 120_000],
    [125_000, 180_000],
  ]);
  // Most of the rest would be the wait that is not folded.
  assert.deepEqual(folded(worksFor(10), 180_010), []);
});
