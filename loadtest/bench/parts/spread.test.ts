import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyShare } from './spread.ts';

test('idle slots after the last start do not count', () => {
  const one = (startedAt: number, finishedAt: number) => ({ startedAt, finishedAt });
  assert.equal(busyShare([one(10, 12), one(10, 11), one(12, 13), one(12, 14)], 2), 0.75);
});
