import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDurations, saveDurations, sortSlowestFirst } from './durations.ts';

test('the slowest first, unknown ones in the middle and in their order', () => {
  const known = { fast: 100, slow: 90_000, slower: 100_000 };
  const sorted = sortSlowestFirst(['fast', 'new a', 'new b', 'slow', 'slower'], known);
  assert.deepEqual(sorted, ['slower', 'slow', 'new a', 'new b', 'fast']);
});

test('a run of a few files leaves what is known of the others', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'aio-durations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'durations.json');
  assert.deepEqual(readDurations(path), {});
  saveDurations(path, { a: 1, b: 2 });
  saveDurations(path, { b: 3 });
  assert.deepEqual(readDurations(path), { a: 1, b: 3 });
});
