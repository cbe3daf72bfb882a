import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureUsage } from './usage.ts';

test('the tail, when nothing is left to start, is no idleness', () => {
  const one = (worker: string, startedAt: number, finishedAt: number) => ({
    worker,
    startedAt,
    finishedAt,
  });
  const usage = measureUsage(
    [one('a', 10, 12), one('b', 10, 11), one('a', 12, 13), one('a', 12, 14)],
    2,
    4,
  );
  assert.deepEqual(usage, { seconds: 4, share: 0.75, course: [2, 1, 2, 1], byWorker: [3, 1] });
});
