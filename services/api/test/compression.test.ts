import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { brotliDecompressSync, createBrotliDecompress, createGunzip, gunzipSync } from 'node:zlib';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';

const WORKFLOWS = '/api/v1/workflows';
const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Buffer) => bytes };

test('compresses responses as the client accepts', async (t) => {
  const api = await startTestApi(t);
  for (let nth = 0; nth < 20; nth += 1)
    await api.post(WORKFLOWS, { ...CHAIN, name: `chain-${nth}` });

  async function ask(
    path: string,
    accepted: string,
    { method = 'GET', body = '', known }: { method?: string; body?: string; known?: string } = {},
  ) {
    const own = { ...api.headers, 'content-type': 'application/json' };
    const headers = { ...own, 'accept-encoding': accepted };
    const asked = request(`${api.url}${path}`, {
      method,
      headers: { ...headers, ...(known !== undefined && { 'if-none-match': known }) },
    }).end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    assert.equal(answer.headers.vary, 'Accept-Encoding');
    return answer;
  }
  const bytesOf = async (answer: IncomingMessage) => Buffer.concat(await answer.toArray());

  await t.test('without a warning of Node.js', async (t) => {
    const warnings: string[] = [];
    const keep = ({ message }: Error) => void warnings.push(message);
    process.on('warning', keep);
    t.after(() => process.off('warning', keep));
    const { body: run } = await api.post(`${WORKFLOWS}/chain-0/runs`, { input: { n: 1 } });
    for (const path of [WORKFLOWS, `/api/v1/runs/${run.id}`, '/api/v1/openapi.json'])
      await bytesOf(await ask(path, 'gzip'));
    assert.deepEqual(warnings, []);
  });

  await t.test('in br or gzip', async () => {
    const plain = await bytesOf(await ask(WORKFLOWS, 'identity'));
    for (const [accepted, coding] of [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
    ] as const) {
      const answer = await ask(WORKFLOWS, accepted);
      assert.equal(answer.headers['content-encoding'], coding);
      const bytes = await bytesOf(answer);
      assert.ok(bytes.length * 3 < plain.length, `${bytes.length} of ${plain.length} bytes`);
      assert.ok(DECODERS[coding](bytes).equals(plain));
    }
  });

  await t.test('also problem details', async () => {
    const faults = Array.from({ length: 20 }, (_, nth) => [`s${nth}`, { type: 'nope' }]);
    const broken = JSON.stringify({ ...CHAIN, steps: Object.fromEntries(faults) });
    const answer = await ask(WORKFLOWS, 'gzip', { method: 'POST', body: broken });
    assert.deepEqual([answer.statusCode, answer.headers['content-encoding']], [422, 'gzip']);
    assert.equal(JSON.parse(gunzipSync(await bytesOf(answer)).toString()).status, 422);
  });

  await t.test('not small responses', async () => {
    const answer = await ask('/api/v1/problems/not_found', 'br, gzip');
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.ok(Number(answer.headers['content-length']) > 0);
  });

  await t.test('not for clients that accept no coding', async () => {
    const plain = await bytesOf(await ask(WORKFLOWS, 'identity'));
    const none = ['identity;q=0', '*;q=0', 'br;q=0, gzip;q=0, *;q=0', 'zstd, identity;q=0'];
    for (const accepted of [...none, 'deflate', ',;q=,;', 'gzip;q=0;q=1']) {
      const answer = await ask(WORKFLOWS, accepted);
      assert.deepEqual([answer.statusCode, answer.headers['content-encoding']], [200, undefined]);
      assert.ok((await bytesOf(answer)).equals(plain), accepted);
    }
  });

  for (const path of ['/api/v1/docs', '/api/v1/openapi.json', '/api/v1/workflow.schema.json'])
    await t.test(`a fixed document, if the client has no current copy: ${path}`, async () => {
      const plain = await ask(path, 'identity');
      const whole = await bytesOf(plain);
      for (const [accepted, coding] of [
        ['gzip, deflate, br', 'br'],
        ['gzip;q=0.5, br;q=0', 'gzip'],
        ['deflate', 'identity'],
        ['zstd, identity;q=0', 'identity'],
      ] as const) {
        const answer = await ask(path, accepted);
        const bytes = await bytesOf(answer);
        assert.equal(answer.headers['content-encoding'] ?? 'identity', coding, accepted);
        assert.equal(answer.headers['content-length'], String(bytes.length));
        assert.ok(DECODERS[coding](bytes).equals(whole), accepted);
        if (coding !== 'identity') assert.ok(bytes.length * 3 < whole.length, accepted);
      }

      const etag = plain.headers.etag!;
      assert.match(etag, /^W\/"[\w-]{22}"$/);
      for (const known of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
        const again = await ask(path, 'br', { known });
        assert.deepEqual([again.statusCode, (await bytesOf(again)).length], [304, 0], known);
        assert.equal(again.headers.etag, etag);
      }
      assert.equal((await ask(path, 'br', { known: '"other"' })).statusCode, 200);
    });

  await t.test('event streams, whose events arrive before the next ones happen', async () => {
    for (const [accepted, coding, decoder] of [
      ['gzip, deflate, br, zstd', 'br', createBrotliDecompress()],
      ['gzip', 'gzip', createGunzip()],
      ['identity', undefined, new PassThrough()],
    ] as const) {
      const { body: run } = await api.post(`${WORKFLOWS}/chain-0/runs`, { input: { n: 1 } });
      const answer = await ask(`/api/v1/runs/${run.id}/events`, accepted);
      assert.equal(answer.headers['content-type'], 'text/event-stream');
      assert.equal(answer.headers['content-encoding'], coding);
      const parts = answer.pipe(decoder).setEncoding('utf8')[Symbol.asyncIterator]();
      let text = '';
      const readTo = async (event: string) => {
        const isWhole = new RegExp(`event: ${event}\ndata: {.*}\n\n`);
        while (!isWhole.test(text)) text += (await parts.next()).value;
      };
      await readTo('run.queued');
      await api.engine.start(run.id);
      await readTo('run.started');
      await api.engine.finish(run.id, 'succeeded');
      await readTo('run.succeeded');
      assert.equal((await parts.next()).done, true);
    }
  });
});
