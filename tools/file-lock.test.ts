import assert from 'node:assert/strict';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { holdLock } from './file-lock.mjs';
import { makeTestFolder } from './testing/folder.ts';

const NO_SUCH_PROCESS = '4194305';

function lockFile(t: TestContext): string {
  const folder = makeTestFolder(t, 'lock');
  return join(folder, 'lock');
}

test('the second process waits, says so once, and gets the lock when the first releases it', async (t) => {
  const file = lockFile(t);
  const releaseFirst = await holdLock(file, () => assert.fail('nobody holds it'));
  const waiting = Promise.withResolvers<void>();
  let waits = 0;
  const second = holdLock(file, () => {
    waits += 1;
    waiting.resolve();
  });
  await waiting.promise;
  releaseFirst();
  (await second)();
  assert.equal(waits, 1);
  assert.ok(!existsSync(file));
});

test('takes over the lock of a dead process', async (t) => {
  const file = lockFile(t);
  writeFileSync(file, NO_SUCH_PROCESS);
  const release = await holdLock(file, () => assert.fail('its holder is dead'));
  release();
  assert.deepEqual(readdirSync(join(file, '..')), []);
});

test('takes over a lock older than any install, even if another process has its pid', async (t) => {
  const file = lockFile(t);
  writeFileSync(file, String(process.pid));
  utimesSync(file, new Date(0), new Date(0));
  (await holdLock(file, () => assert.fail('it is stale')))();
});
