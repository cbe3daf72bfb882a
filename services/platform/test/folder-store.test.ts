import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createFolderStore } from '../outputs/folder-store.ts';
import { describeObjectStore } from '../testing/object-store-contract.ts';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'aio-objects-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describeObjectStore('folder', async (t) => createFolderStore(join(makeFolder(t), 'made')));

test('leaves nothing unfinished next to an object', async (t) => {
  const folder = makeFolder(t);
  const store = createFolderStore(folder);
  await Promise.all(Array.from({ length: 4 }, () => store.put('20261129/a', Buffer.from('a'))));
  await assert.rejects(store.put('20261129/a/b', Buffer.from('b')));
  assert.deepEqual(readdirSync(join(folder, '20261129')), ['a']);
});
