import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startTestApi } from '../../../testing/start-test-api.ts';

const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Buffer) => bytes };

test('sends the documents to clients without a current copy', async (t) => {
  const api = await startTestApi(t);
  async function ask(path: string, headers: Record<string, string>) {
    const asked = get(`${api.url}${path}`, { headers });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const bytes = Buffer.concat(await answer.toArray());
    return { status: answer.statusCode, headers: answer.headers, bytes };
  }

  for (const path of ['/api/v1/docs', '/api/v1/openapi.json', '/api/v1/workflow.schema.json'])
    await t.test(path, async () => {
      const plain = await ask(path, {});
      assert.equal(plain.headers['content-encoding'], undefined);
      for (const [accepted, coding] of [
        ['gzip, deflate, br', 'br'],
        ['gzip;q=0.5, br;q=0', 'gzip'],
        ['deflate', 'identity'],
        ['zstd, identity;q=0', 'identity'],
      ] as const) {
        const { headers, bytes } = await ask(path, { 'accept-encoding': accepted });
        assert.equal(headers['content-encoding'] ?? 'identity', coding, accepted);
        assert.equal(headers['content-length'], String(bytes.length));
        assert.ok(DECODERS[coding](bytes).equals(plain.bytes), accepted);
        if (coding !== 'identity') assert.ok(bytes.length * 3 < plain.bytes.length, accepted);
        assert.equal(headers.vary, 'Accept-Encoding');
      }

      const etag = plain.headers.etag!;
      assert.match(etag, /^W\/"[\w-]{22}"$/);
      for (const known of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
        const again = await ask(path, { 'if-none-match': known, 'accept-encoding': 'br' });
        assert.deepEqual([again.status, again.bytes.length], [304, 0], known);
        assert.deepEqual([again.headers.etag, again.headers.vary], [etag, 'Accept-Encoding']);
      }
      assert.equal((await ask(path, { 'if-none-match': '"other"' })).status, 200);
    });
});
