import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '../testing/folder.ts';
import { readDurations, saveDurations, sortSlowestFirst } from './durations.ts';

test('sorts the slowest first, and unknown files by their tier', () => {
  const known = { '/x/fast.test.ts': 200, '/x/slow.test.ts': 90_000 };
  const [page, route, unit] = ['services/web/test/a', 'services/api/test/b', 'services/api/c'].map(
    (path) => `/x/${path}.test.ts`,
  );
  const files = [unit!, '/x/fast.test.ts', route!, '/x/slow.test.ts', page!];
  const sorted = ['/x/slow.test.ts', page, route, '/x/fast.test.ts', unit];
  assert.deepEqual(sortSlowestFirst('/x', files, known), sorted);
});

test('a run of a few files keeps the durations of the others', (t) => {
  const path = join(makeTestFolder(t, 'durations'), 'durations.json');
  assert.deepEqual(readDurations(path), {});
  saveDurations(path, { a: 1, b: 2 });
  saveDurations(path, { b: 3 });
  assert.deepEqual(readDurations(path), { a: 1, b: 3 });
});
