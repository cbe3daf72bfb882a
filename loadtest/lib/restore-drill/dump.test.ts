import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listRestoreErrors } from './dump.ts';

test('what could not be restored is told, and not that a newer program knows more settings', () => {
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
