import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overview, Queue, Worker } from '../../shared/api.ts';
import { needsOf } from './needs.ts';
import { seriesOf, successOf, totalsOf } from './minutes.ts';

const queue = (name: string, part: Partial<Queue> = {}) =>
  ({ name, workers: 1, paused: false, ...part }) as Queue;
const alive = [{ alive: true }] as Worker[];
const workflows = (...all: [name: string, runs: number, failed: number][]) =>
  ({
    workflows: all.map(([name, runs, failed]) => {
      const lastFailedRunId = failed > 0 ? 'r1' : null;
      return { name, runs, failed, lastFailedRunId };
    }),
  }) as Overview;
const keysOf = (given: Partial<Parameters<typeof needsOf>[0]>) =>
  needsOf({ overview: null, queues: [], workers: alive, approvals: 0, ...given }).map(
    ({ key }) => key,
  );

test('a healthy system needs no attention', () => {
  assert.deepEqual(keysOf({ overview: workflows(['a', 100, 9]), queues: [queue('http')] }), []);
  assert.deepEqual(keysOf({ workers: null }), [], 'it is not known yet');
});

test('the most urgent comes first', () => {
  const queues = [queue('default'), queue('http', { paused: true }), queue('llm', { workers: 0 })];
  const overview = workflows(['a', 10, 1], ['b', 5, 0]);
  const keys = keysOf({ queues, approvals: 2, alerts: 1, overview });
  assert.deepEqual(keys, ['alerts', 'paused http', 'unserved llm', 'approvals', 'failing a']);
});

test('without any worker, lanes are not listed one by one', () => {
  assert.deepEqual(keysOf({ workers: [], queues: [queue('llm', { workers: 0 })] }), ['workers']);
});

test('a failing workflow leads to its latest failed run', () => {
  const overview = workflows(['a', 2, 2]);
  const [need] = needsOf({ overview, queues: [], workers: alive, approvals: 0 });
  assert.deepEqual([need?.to, need?.text], ['/runs/r1', 'a: 2 of 2 runs failed']);
});

const NONE = {
  queued: 0,
  running: 0,
  waiting: 0,
  succeeded: 0,
  failed: 0,
  rejected: 0,
  cancelled: 0,
};
const RUNS = { ...NONE, queued: 1, waiting: 2, succeeded: 3, failed: 1 };
const overview = {
  since: '2026-11-28T10:00:30.000Z',
  until: '2026-11-28T10:03:10.000Z',
  minutes: [
    { at: '2026-11-28T10:02:00.000Z', runs: RUNS, durationP95Ms: 40, queueTimeP95Ms: null },
  ],
} as Overview;

test('minutes without runs are drawn, too', () => {
  assert.deepEqual(totalsOf(overview), [0, 0, 7, 0]);
});

test('a sparkline has a gap where there is nothing to measure', () => {
  const durations = seriesOf(overview, (minute) => minute.durationP95Ms);
  assert.deepEqual(durations, [null, null, 40, null]);
});

test('success counts ended runs alone', () => {
  assert.equal(successOf({ ...NONE, running: 5 }), null);
  assert.equal(successOf({ ...NONE, succeeded: 3, failed: 1, cancelled: 9 }), 0.75);
});
