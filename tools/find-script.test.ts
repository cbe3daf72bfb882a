import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findScript } from './find-script.mjs';
import { makeTestFolder } from './testing/folder.ts';

test('the first argument names the script in a folder, which gets the others', (t) => {
  const root = makeTestFolder(t, 'scripts');
  mkdirSync(join(root, 'proof/drills'), { recursive: true });
  for (const file of ['faults.ts', 'alerts.ts', 'alerts.test.ts', 'README.md']) {
    writeFileSync(join(root, 'proof/drills', file), '');
  }
  assert.deepEqual(findScript('drill', ['faults', '--seed', '3'], root), {
    script: 'proof/drills/faults.ts',
    args: ['--seed', '3'],
  });
  assert.deepEqual(findScript('drill', ['flood'], root), {
    error: 'unknown name "flood", expected one of alerts, faults (proof/drills)',
  });
  assert.deepEqual(findScript('drill', [], root), {
    error: 'no name given, expected one of alerts, faults (proof/drills)',
  });
});

test('other verbs have one script', () => {
  const args = ['engine'];
  assert.deepEqual(findScript('bench', args, '/'), { script: 'proof/bench/bench.ts', args });
  assert.deepEqual(findScript('check', [], '/'), { script: 'tools/check.ts', args: [] });
});
