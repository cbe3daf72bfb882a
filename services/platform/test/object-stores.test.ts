import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createFolderStore } from '../outputs/folder-store.ts';
import { describeObjectStore } from '../testing/object-store-contract.ts';
import { makeOutputFolder } from '../testing/outputs.ts';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ObjectStore } from '../outputs/object-store.ts';
import { createS3Store } from '../outputs/s3-store.ts';

describeObjectStore('folder', async (t) => createFolderStore(join(makeOutputFolder(t), 'made')));

test('leaves nothing unfinished next to an object', async (t) => {
  const folder = makeOutputFolder(t);
  const store = createFolderStore(folder);
  await Promise.all(Array.from({ length: 4 }, () => store.put('20261129/a', Buffer.from('a'))));
  await assert.rejects(store.put('20261129/a/b', Buffer.from('b')));
  assert.deepEqual(readdirSync(join(folder, '20261129')), ['a']);
});

const NAME = '20261129/object';

async function openStore(t: TestContext, answer: RequestListener): Promise<ObjectStore> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  process.env.AWS_ACCESS_KEY_ID ??= 'aio-test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'secret-of-the-test';
  const place = { bucket: 'bucket', prefix: '', region: '' };
  const endpoint = `http://127.0.0.1:${port}`;
  const store = await createS3Store({ ...place, endpoint, timeoutMs: 100 });
  t.after(() => store.close());
  return store;
}

test('gives up on a bucket that never answers', async (t) => {
  let requests = 0;
  const store = await openStore(t, (request) => {
    requests++;
    request.resume();
  });
  const timeout = { name: 'TimeoutError' };
  await assert.rejects(store.put(NAME, Buffer.from('bytes')), timeout);
  assert.equal(requests, 3);
  await assert.rejects(store.get(NAME), timeout);
  await assert.rejects(store.listDays(), timeout);
});

test('gives up on a bucket that stops in the middle of an object', async (t) => {
  const store = await openStore(t, (_, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('the beginning');
  });
  const object = await store.get(NAME);
  await assert.rejects(object.toArray(), /timed out|aborted/);
});
