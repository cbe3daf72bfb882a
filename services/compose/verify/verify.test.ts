import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const command = resolve(import.meta.dirname, '../commands/verify.ts');

test('where no engine can be had it says why, and nothing has passed', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-verify-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [command], {
    env: { PATH: '/nowhere', AIO_DATA_DIR: dataDir },
    encoding: 'utf8',
  });
  const lines = stdout.trim().split('\n');
  assert.match(
    lines[0] ?? '',
    / – all that wants an engine +skipped: no Docker engine runs here, and /,
  );
  assert.match(
    lines[1] ?? '',
    / – the files are valid +skipped: there is no Docker Compose 2 here/,
  );
  assert.equal(lines[2], '0 passed, 0 failed, 2 skipped');
  assert.equal(lines.length, 3);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

test('an option that there is not is one clear line', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, '--push'], { encoding: 'utf8' });
  assert.equal(status, 64);
  assert.match(stderr, /^error: Unknown option '--push'; there are --pull\n$/);
});
