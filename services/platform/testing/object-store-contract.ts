import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { describe, test, type TestContext } from 'node:test';
import type { ObjectStore } from '../outputs/object-store.ts';

const MISSING = { code: 'output_missing' };
const [FIRST, SECOND, THIRD] = ['20261127', '20261128', '20261201'];

/**
 * Tests every object store.
 * @param open opens a new, empty store
 */
export function describeObjectStore(
  name: string,
  open: (t: TestContext) => Promise<ObjectStore>,
  options: { skip?: string | false } = {},
): void {
  describe(`object store: ${name}`, options, () => {
    test('returns the stored bytes', async (t) => {
      const store = await open(t);
      for (const length of [0, 1, 40_000, 16 * 1024 * 1024]) {
        const bytes = randomBytes(length);
        await store.put(`${FIRST}/${length}`, bytes);
        const read = await collect(await store.get(`${FIRST}/${length}`));
        assert.ok(read.equals(bytes), `${length} bytes`);
      }
    });

    test('accepts the same object again, also concurrently', async (t) => {
      const store = await open(t);
      const bytes = randomBytes(300_000);
      const put = () => store.put(`${FIRST}/same`, bytes);
      await Promise.all([put(), put(), put(), put()]);
      await put();
      assert.ok((await collect(await store.get(`${FIRST}/same`))).equals(bytes));
      assert.deepEqual(await store.listDays(), [FIRST]);
    });

    test('reports missing objects', async (t) => {
      const store = await open(t);
      assert.deepEqual(await store.listDays(), []);
      await assert.rejects(store.get(`${FIRST}/none`), MISSING);
      await assert.rejects(store.copy(`${FIRST}/none`, `${SECOND}/none`), MISSING);
      await store.removeDay(FIRST);
    });

    test('a copy outlives the day of its original', async (t) => {
      const store = await open(t);
      const bytes = randomBytes(100_000);
      await store.put(`${FIRST}/kept`, bytes);
      await store.copy(`${FIRST}/kept`, `${SECOND}/kept`);
      await store.copy(`${FIRST}/kept`, `${SECOND}/kept`);
      await store.removeDay(FIRST);
      await assert.rejects(store.get(`${FIRST}/kept`), MISSING);
      assert.ok((await collect(await store.get(`${SECOND}/kept`))).equals(bytes));
    });

    test('removes a whole day, and no other', async (t) => {
      const store = await open(t);
      // More than a bucket lists, or deletes, at once.
      const names = Array.from({ length: 1_010 }, (_, nth) => `${SECOND}/${nth}`);
      for (let from = 0; from < names.length; from += 50)
        await Promise.all(
          names.slice(from, from + 50).map((one) => store.put(one, Buffer.from(one))),
        );
      await store.put(`${FIRST}/before`, Buffer.from('before'));
      await store.put(`${THIRD}/after`, Buffer.from('after'));
      assert.deepEqual(await store.listDays(), [FIRST, SECOND, THIRD]);
      await store.removeDay(SECOND);
      assert.deepEqual(await store.listDays(), [FIRST, THIRD]);
      for (const one of [names[0], names[999], names.at(-1)])
        await assert.rejects(store.get(one!), MISSING);
      assert.equal(String(await collect(await store.get(`${THIRD}/after`))), 'after');
    });
  });
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
