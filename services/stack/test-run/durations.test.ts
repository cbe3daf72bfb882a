import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '../testing/folder.ts';
import { readDurations, saveDurations, sortSlowestFirst } from './durations.ts';

test('sorts the slowest first, and unknown files into the middle, in order', () => {
  const known = { fast: 100, slow: 90_000, slower: 100_000 };
  const sorted = sortSlowestFirst(['fast', 'new a', 'new b', 'slow', 'slower'], known);
  assert.deepEqual(sorted, ['slower', 'slow', 'new a', 'new b', 'fast']);
});

test('a run of a few files keeps the durations of the others', (t) => {
  const path = join(makeTestFolder(t, 'durations'), 'durations.json');
  assert.deepEqual(readDurations(path), {});
  saveDurations(path, { a: 1, b: 2 });
  saveDurations(path, { b: 3 });
  assert.deepEqual(readDurations(path), { a: 1, b: 3 });
});
