import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const command = resolve(import.meta.dirname, '../commands/verify.ts');

test('where no engine can be had it says why, and reads the files all the same', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-verify-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [command], {
    env: { PATH: '/nowhere', AIO_DATA_DIR: dataDir },
    encoding: 'utf8',
  });
  const expected = [
    / – all that wants an engine +skipped: no Docker engine runs here, and /,
    / building Docker Compose /,
    / – the files are valid +skipped: there is no Docker Compose 2 here/,
    / ✔ the files are YAML, and mount what is there /,
    /^1 passed, 0 failed, 2 skipped$/,
  ];
  const lines = stdout.trim().split('\n');
  assert.equal(lines.length, expected.length, stdout);
  for (const [index, line] of expected.entries()) assert.match(lines[index] ?? '', line);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

test('an option that there is not is one clear line', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, '--push'], { encoding: 'utf8' });
  assert.equal(status, 64);
  assert.match(stderr, /^error: Unknown option '--push'; there are --pull\n$/);
});
