import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkCluster, findReachableFolder } from './postgres-home.ts';
import { findUnprivilegedUser } from './system-user.ts';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'aio-home-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('no folder means no cluster', (t) => {
  assert.equal(checkCluster(join(makeFolder(t), 'postgres'), '16'), false);
});

test('uses a cluster of this version, and refuses another version', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'PG_VERSION'), '16\n');
  assert.equal(checkCluster(folder, '16'), true);
  assert.throws(() => checkCluster(folder, '18'), {
    message: /belongs to PostgreSQL 16, .* PostgreSQL 18/,
  });
});

test('a folder without PG_VERSION is broken', (t) => {
  assert.throws(() => checkCluster(makeFolder(t), '16'), { message: /is broken: PG_VERSION/ });
});

test('a data folder that the server’s user cannot reach always names the same other folder', (t) => {
  const user = findUnprivilegedUser();
  if (!user) return t.skip('only root runs PostgreSQL as another user');
  const closed = makeFolder(t);
  const dataDir = join(closed, 'data');
  mkdirSync(dataDir);
  const first = findReachableFolder(dataDir, user);
  t.after(() => rmSync(first, { recursive: true, force: true }));
  assert.notEqual(first, dataDir);
  assert.equal(findReachableFolder(dataDir, user), first);
});
