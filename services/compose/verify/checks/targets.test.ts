import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMissing, type Target } from './targets.ts';

function target(scrapePool: string, health = 'up', lastError = ''): Target {
  return { scrapePool, health, lastError, scrapeUrl: `http://${scrapePool}/metrics` };
}

test('all are up when each job has a target that is up', () => {
  assert.deepEqual(findMissing(['api', 'worker'], [target('api'), target('worker')], {}), []);
});

test('a job without a target, with too few, and a target that is down are named', () => {
  const targets = [target('worker'), target('worker'), target('redis', 'down', 'no route')];
  assert.deepEqual(findMissing(['api', 'worker', 'redis'], targets, { worker: 3 }), [
    'api: 0 targets, expected at least one',
    'worker: 2 targets, expected 3',
    'redis: http://redis/metrics is down no route',
  ]);
});
