import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { loadUrl } from './http-load.ts';

async function serve(t: TestContext, answer: (count: number) => { status: number; ms: number }) {
  const seen = { requests: 0, connections: 0 };
  const server = createServer((_, response) => {
    const { status, ms } = answer(++seen.requests);
    // In two chunks.
    response.writeHead(status, { 'content-length': 10 }).write('12345');
    setTimeout(() => response.end('67890'), ms);
  });
  server.on('connection', () => (seen.connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path` };
}

test('the load counts every answer and keeps its connections open', async (t) => {
  const { seen, url } = await serve(t, () => ({ status: 200, ms: 20 }));
  const load = await loadUrl(url, { connections: 4, forMs: 300 });
  assert.equal(load.requests, seen.requests);
  assert.equal(seen.connections, 4);
  assert.ok(load.requests >= 8 && load.requests <= 64, `${load.requests} requests`);
  assert.ok(load.perSecond > 0 && load.perSecond <= 4 * 53);
});

test('the load fails at an answer other than 200', async (t) => {
  const { url } = await serve(t, (count) => ({ status: count > 5 ? 500 : 200, ms: 1 }));
  await assert.rejects(
    loadUrl(url, { connections: 2, forMs: 5000 }),
    /expected status 200, got 500: 1234567890/,
  );
});

test('the load fails if an answer is cut off or missing', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/cut') response.writeHead(200, { 'content-length': 10 }).write('12345');
    setTimeout(() => request.socket.destroy(), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { connections: 1, forMs: 5000 };
  await assert.rejects(loadUrl(`${origin}/cut`, options), /cut off/);
  await assert.rejects(loadUrl(`${origin}/silent`, options), /ended without an answer/);
});
