import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { makeTestFolder } from '@aio/stack/testing/folder';

const command = resolve(import.meta.dirname, '../commands/verify.ts');

test('without an engine and Compose, verify says why', (t) => {
  const dataDir = makeTestFolder(t, 'verify');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command], {
    env: { PATH: '/nowhere', AIO_DATA_DIR: dataDir },
    encoding: 'utf8',
  });
  const expected = [
    / – steps that need an engine +skipped: no Docker engine is running, and verify cannot start one: /,
    / building Docker Compose /,
    / – the files are valid +skipped: Docker Compose 2 is missing/,
    /^0 passed, 0 failed, 2 skipped$/,
  ];
  const lines = stdout.trim().split('\n');
  assert.equal(lines.length, expected.length, stdout);
  for (const [index, line] of expected.entries()) assert.match(lines[index] ?? '', line);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

test('an unknown option prints one line', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, '--push'], { encoding: 'utf8' });
  assert.equal(status, 64);
  assert.match(stderr, /^error: Unknown option '--push'\. Use --pull\n$/);
});
