import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overview, Queue, Worker } from '../../shared/api.ts';
import { needsOf } from './needs.ts';

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
  assert.deepEqual([need?.to, need?.values], ['/runs/r1', { name: 'a', runs: 2, failed: 2 }]);
});
