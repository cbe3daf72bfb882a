import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProfilingToken, makeProfilingToken } from './profiling-token.ts';
import { makeTestFolder } from '../testing/folder.ts';

test('npm start makes a token that observe:profile finds, and only this user reads', (t) => {
  const folder = makeTestFolder(t, 'token');
  assert.equal(findProfilingToken({}, folder), undefined);
  const token = makeProfilingToken({}, folder);
  assert.match(token, /^\S{16,200}$/, 'as PROFILING_TOKEN must be');
  assert.equal(findProfilingToken({}, folder), token);
  assert.equal(statSync(join(folder, 'profiling-token')).mode & 0o777, 0o600);
  assert.notEqual(makeProfilingToken({}, folder), token, 'each start has another one');

  const own = { PROFILING_TOKEN: 'a-token-of-your-own' };
  assert.equal(makeProfilingToken(own, folder), own.PROFILING_TOKEN);
  assert.equal(findProfilingToken({}, folder), own.PROFILING_TOKEN);
  assert.equal(findProfilingToken({ PROFILING_TOKEN: 'another' }, folder), 'another');
});
