import { StackError } from '@aio/tools/stack-error';
import { makeTestFolder } from '@aio/tools/testing/folder';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findK6, requireK6, versionOf } from './find-k6.ts';

test('finds k6 on PATH, in the data folder, or as an image', (t) => {
  const folder = makeTestFolder(t, 'k6');
  const [programDir, searchPath] = [join(folder, 'data'), join(folder, 'path')];
  const options = { programDir, searchPath };
  assert.equal(findK6(options), undefined);
  assert.throws(
    () => requireK6(options),
    (error) =>
      error instanceof StackError &&
      error.exitCode === 69 &&
      error.details.join().includes('docker'),
  );

  addProgram(searchPath, 'docker', 'k6 v2.0.0');
  assert.equal(findK6(options, 'darwin'), undefined);
  const image = findK6(options, 'linux');
  const args = image?.argsBefore({ folder: '/work', envNames: ['AIO_LOAD_SETTINGS'] }).join(' ');
  assert.match(
    args ?? '',
    /^run .*--network=host .*--volume=\/work:\/work .*--env AIO_LOAD_SETTINGS grafana\/k6:/,
  );

  addProgram(join(programDir, 'bin'), 'k6', 'k6 v2.1.0');
  assert.equal(findK6(options)?.command, join(programDir, 'bin/k6'));
  addProgram(searchPath, 'k6', 'k6 v2.2.0 (commit/devel)');
  assert.equal(findK6(options)?.command, join(searchPath, 'k6'));
  assert.equal(versionOf(requireK6(options)), 'k6 v2.2.0');
});

function addProgram(folder: string, name: string, says: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
}
