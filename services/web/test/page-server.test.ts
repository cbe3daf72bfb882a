import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { brotliDecompressSync, createBrotliDecompress, createGunzip, gunzipSync } from 'node:zlib';
import { startInFrontOf } from './server/start-server.ts';
import { skipWithout } from './browser/programs.ts';

const skip = skipWithout('webServer');

const CODINGS = [
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
] as const;
/** Maximum size of the page and the files of its first load, compressed. */
const FIRST_LOAD_BYTES = 400 * 1024;

async function ask(url: string, accepted: string): Promise<IncomingMessage> {
  const headers = { 'accept-encoding': accepted };
  const [answer] = await once(request(url, { headers }).end(), 'response');
  return answer as IncomingMessage;
}

const bytesOf = async (answer: IncomingMessage) => Buffer.concat(await answer.toArray());

test('the first load of a page is compressed', { skip }, async (t) => {
  const { url } = await startInFrontOf(t, (_, response) => void response.end());
  for (const [accepted, coding, decode] of CODINGS)
    await t.test(coding, async () => {
      const page = await ask(`${url}/runs`, accepted);
      assert.equal(page.headers['content-encoding'], coding);
      const bytes = await bytesOf(page);
      const html = decode(bytes).toString();
      const assets = new Set(html.match(/\/_nuxt\/[\w.-]+\.(js|css)/g));
      assert.ok(assets.size > 3, html);
      let sum = bytes.length;
      let plainSum = html.length;
      for (const asset of assets) {
        const answer = await ask(`${url}${asset}`, accepted);
        const compressed = await bytesOf(answer);
        assert.match(answer.headers.vary ?? '', /accept-encoding/i);
        sum += compressed.length;
        const plain = await bytesOf(await ask(`${url}${asset}`, 'identity'));
        plainSum += plain.length;
        if (plain.length < 1024) continue;
        assert.equal(answer.headers['content-encoding'], coding, asset);
        assert.ok(decode(compressed).equals(plain), asset);
      }
      t.diagnostic(`${coding}: ${sum} bytes of ${plainSum}`);
      assert.ok(sum < FIRST_LOAD_BYTES && sum * 2.5 < plainSum, `${sum} bytes of ${plainSum}`);
    });
});

test('answers of the API are compressed', { skip }, async (t) => {
  const body = JSON.stringify(Array.from({ length: 500 }, (_, nth) => ({ nth, name: 'a run' })));
  const { url } = await startInFrontOf(t, ({ headers }, response) => {
    assert.equal(headers['accept-encoding'], 'identity', 'only the page server compresses');
    response.setHeader('content-type', 'application/json');
    response.end(body);
  });
  for (const [accepted, coding, decode] of CODINGS) {
    const answer = await ask(`${url}/api/v1/runs`, accepted);
    assert.equal(answer.headers['content-encoding'], coding);
    assert.match(answer.headers.vary ?? '', /accept-encoding/i);
    const bytes = await bytesOf(answer);
    assert.ok(bytes.length * 5 < body.length);
    assert.equal(decode(bytes).toString(), body);
  }
  const plain = await ask(`${url}/api/v1/runs`, 'br;q=0, identity;q=0');
  assert.equal((await bytesOf(plain)).toString(), body);
});

test('event streams are compressed, and each event arrives at once', { skip }, async (t) => {
  const streams: ServerResponse[] = [];
  const { url } = await startInFrontOf(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 0\n\n');
    streams.push(response);
  });
  for (const [accepted, coding, decoder] of [
    ['gzip, deflate, br, zstd', 'br', createBrotliDecompress()],
    ['gzip', 'gzip', createGunzip()],
    ['', undefined, new PassThrough()],
  ] as const) {
    const answer = await ask(`${url}/api/v1/runs/1/events`, accepted);
    assert.equal(answer.headers['content-encoding'], coding);
    const parts = answer.pipe(decoder).setEncoding('utf8')[Symbol.asyncIterator]();
    // The API sends an event when the one before has arrived.
    for (let nth = 0; nth < 20; nth += 1) {
      assert.equal((await parts.next()).value, `data: ${nth}\n\n`);
      streams.at(-1)!.write(`data: ${nth + 1}\n\n`);
    }
    streams.at(-1)!.end();
  }
});

test('the server closes a connection that pipelines without end', { skip }, async (t) => {
  const { url } = await startInFrontOf(t, (_, response) => void response.end());
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  // A reset closes the connection too.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('GET /runs HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(5_000));
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  await closed;
  const answers = text.match(/^HTTP\/1\.1 200 /gm)?.length ?? 0;
  assert.ok(answers <= 16, `${answers} answers`);
  assert.equal((await fetch(`${url}/health`)).status, 200);
});
