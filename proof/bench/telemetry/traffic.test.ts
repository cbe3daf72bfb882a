import { startHttpServer } from '@aio/tools/testing/http-server';
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { loadUrl, startOtlpDrain } from './traffic.ts';

async function serve(t: TestContext, answer: (count: number) => { status: number; ms: number }) {
  const seen = { requests: 0, sockets: new Set<Socket>() };
  const { url, close } = await startHttpServer(({ socket }, response) => {
    const { status, ms } = answer(++seen.requests);
    seen.sockets.add(socket);
    // In two chunks.
    response.writeHead(status, { 'content-length': 10 }).write('12345');
    setTimeout(() => response.end('67890'), ms);
  });
  t.after(close);
  return { seen, url: `${url}/path` };
}

test('the load counts every answer and keeps its connections open', async (t) => {
  const { seen, url } = await serve(t, () => ({ status: 200, ms: 20 }));
  const load = await loadUrl(url, { connections: 4, forMs: 300 });
  assert.equal(load.requests, seen.requests);
  assert.equal(seen.sockets.size, 4);
  assert.ok(load.perSecond > 0 && load.perSecond <= 4 * 53);
});

test('the load fails at an answer other than 200', async (t) => {
  const { url } = await serve(t, (count) => ({ status: count > 5 ? 500 : 200, ms: 1 }));
  await assert.rejects(
    loadUrl(url, { connections: 2, forMs: 5000 }),
    /expected status 200, got 500: 1234567890/,
  );
});

test('the load fails if a connection ends', async (t) => {
  const { url, close } = await startHttpServer((request) => void request.socket.destroy());
  t.after(close);
  await assert.rejects(loadUrl(url, { connections: 1, forMs: 5000 }), /other side closed/);
});

test('the drain counts spans', async (t) => {
  const drain = await startOtlpDrain();
  t.after(drain.close);
  const span = (name: string) => ({ name, endTimeUnixNano: '1700000000000000000' });
  for (const names of [['a', 'b'], ['c']]) {
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: names.map(span) }] }] });
    const answer = await fetch(`${drain.endpoint}/v1/traces`, { method: 'POST', body });
    assert.equal(answer.status, 200);
  }
  assert.equal(drain.spans(), 3);
});
