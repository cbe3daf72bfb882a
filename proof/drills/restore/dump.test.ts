import { makeTestFolder } from '@aio/tools/testing/folder';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { listRestoreErrors, restoreDump } from './dump.ts';

test('lists restore errors, except the unknown setting of a newer program', () => {
  const lines = [
    'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
    'Command was: SET transaction_timeout = 0;',
    'pg_restore: error: could not execute query: ERROR:  relation "runs" already exists',
    'Command was: CREATE TABLE public.runs (',
    'pg_restore: warning: errors ignored on restore: 2',
  ];
  assert.deepEqual(listRestoreErrors(lines.join('\n')), [lines[2]]);
  assert.deepEqual(listRestoreErrors(`${lines[0]}\n${lines[4]}`), []);
});

test('rejects if pg_restore does not start or a signal ends it', async (t) => {
  const folder = makeTestFolder(t, 'restore');
  const restore = () => restoreDump(folder, 'postgresql://nowhere', 'none');
  await assert.rejects(restore(), { code: 'ENOENT' });
  const says = `echo 'pg_restore: error: unrecognized configuration parameter "transaction_timeout"' >&2`;
  const put = (end: string) => {
    writeFileSync(join(folder, 'pg_restore'), `#!/bin/sh\n${says}\n${end}\n`, { mode: 0o755 });
  };
  put('kill -9 $$');
  await assert.rejects(restore(), { signal: 'SIGKILL' });
  put('exit 1');
  await restore();
});
