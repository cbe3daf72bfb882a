import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMissing, type Target } from './targets.ts';

function target(scrapePool: string, health = 'up', lastError = ''): Target {
  return {
    scrapePool,
    health,
    lastError,
    scrapeUrl: `http://${scrapePool}/metrics`,
    lastScrape: '2026-11-26T01:00:15Z',
  };
}

const since = new Date('2026-11-26T01:00:00Z');

test('nothing is missing when each job has a target that is up', () => {
  assert.deepEqual(
    findMissing(['api', 'worker'], [target('api'), target('worker')], { wanted: {}, since }),
    [],
  );
});

test('findMissing names jobs without enough targets, and targets that are down', () => {
  const targets = [target('worker'), target('worker'), target('redis', 'down', 'no route')];
  assert.deepEqual(
    findMissing(['api', 'worker', 'redis'], targets, { wanted: { worker: 3 }, since }),
    [
      'api: 0 targets, expected at least one',
      'worker: 2 targets, expected 3',
      'redis: http://redis/metrics is down no route',
    ],
  );
});

test('findMissing ignores scrapes before `since`', () => {
  const later = new Date('2026-11-26T01:01:00Z');
  assert.deepEqual(findMissing(['api'], [target('api')], { wanted: {}, since: later }), [
    'api: http://api/metrics was not scraped since',
  ]);
});
