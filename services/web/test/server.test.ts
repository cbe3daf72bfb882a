import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { waitUntil } from '@aio/tools/system/wait-until';
import { startInFrontOf, startServer } from './server/start-server.ts';
import { skipWithout } from './browser/programs.ts';

const skip = skipWithout('webServer');

test('without the API, the server is alive and reports the outage', { skip }, async (t) => {
  const server = await startServer(t, { NUXT_API_BASE: 'http://127.0.0.1:9' });
  const health = await fetch(`${server.url}/health`);
  assert.deepEqual([health.status, await health.json()], [200, { status: 'ok' }]);

  const page = await fetch(`${server.url}/runs`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);

  const answer = await fetch(`${server.url}/api/v1/runs`);
  assert.equal(answer.status, 502);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.equal(((await answer.json()) as { code: string }).code, 'api_away');
});

test('methods that cannot reach the API are not allowed', { skip }, async (t) => {
  const server = await startInFrontOf(
    t,
    (incoming, outgoing) => void outgoing.end(incoming.method),
  );
  for (const path of ['/api/v1/runs', '/auth/login']) {
    const sent = request(`${server.url}${path}`, { method: 'TRACE' }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const body = (await answer.toArray()).join('');
    assert.equal(answer.statusCode, 405);
    assert.match(answer.headers.allow ?? '', /GET/);
    assert.equal((JSON.parse(body) as { code: string }).code, 'method_not_allowed');
  }
  const unknown = await fetch(`${server.url}/api/v1/runs`, { method: 'PROPFIND' });
  assert.equal(await unknown.text(), 'PROPFIND', 'the API answers others');
});

test('the server passes requests, redirects and cookies unchanged', { skip }, async (t) => {
  const server = await startInFrontOf(t, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      outgoing.writeHead(303, {
        location: '/api/v1/elsewhere',
        'keep-alive': 'timeout=3',
        'set-cookie': ['a=1; Path=/', 'b=2; Path=/'],
      });
      const { method, url, headers } = incoming;
      const body = Buffer.concat(chunks).toString();
      outgoing.end(JSON.stringify({ method, url, body, key: headers['idempotency-key'] }));
    });
  });
  const answer = await fetch(`${server.url}/api/v1/x?y=%20`, {
    method: 'POST',
    body: '{"z":1}',
    headers: { 'idempotency-key': 'k' },
    redirect: 'manual',
  });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get('location'), '/api/v1/elsewhere');
  assert.equal(answer.headers.get('keep-alive'), null);
  assert.deepEqual(answer.headers.getSetCookie(), ['a=1; Path=/', 'b=2; Path=/']);
  const seen = { method: 'POST', url: '/api/v1/x?y=%20', body: '{"z":1}', key: 'k' };
  assert.deepEqual(await answer.json(), seen);
});

test('the API gets the address of the client', { skip }, async (t) => {
  const server = await startInFrontOf(t, (incoming, outgoing) => {
    outgoing.end(incoming.headers['x-forwarded-for']);
  });
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`${server.url}/api/v1/x`, { headers })).text();
  assert.equal(await ask({}), '127.0.0.1');
  assert.equal(await ask({ 'x-forwarded-for': '203.0.113.1' }), '203.0.113.1, 127.0.0.1');
});

test('without credentials, the server removes trace headers', { skip }, async (t) => {
  const server = await startInFrontOf(t, (incoming, outgoing) => {
    const { traceparent = '', tracestate = '' } = incoming.headers;
    outgoing.end(`${traceparent}${tracestate}`);
  });
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'x=1' };
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`${server.url}/api/v1/x`, { headers: { ...trace, ...headers } })).text();
  assert.equal(await ask({}), '');
  // The API checks the credentials before it uses the headers.
  for (const headers of [{ cookie: 'aio_session=x' }, { authorization: 'Bearer x' }])
    assert.equal(await ask(headers), `${trace.traceparent}${trace.tracestate}`);
});

test('events pass immediately, and a stream ends when the browser leaves', { skip }, async (t) => {
  let left: Promise<unknown> | undefined;
  const server = await startInFrontOf(t, (_incoming, outgoing) => {
    left = once(outgoing, 'close');
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    outgoing.write('data: first\n\n'); // nothing follows, so a buffered event would never arrive
  });
  const browser = new AbortController();
  const answer = await fetch(`${server.url}/api/v1/runs/1/events`, { signal: browser.signal });
  const { value } = await answer.body!.getReader().read();
  assert.equal(new TextDecoder().decode(value), 'data: first\n\n');
  browser.abort();
  await left;
});

test('if the API aborts a stream, it ends in the browser too', { skip }, async (t) => {
  let abort: (() => void) | undefined;
  const server = await startInFrontOf(t, (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    outgoing.write('data: first\n\n');
    abort = () => outgoing.destroy();
  });
  const reader = (await fetch(`${server.url}/api/v1/runs/1/events`)).body!.getReader();
  await reader.read();
  abort!();
  await assert.rejects(reader.read());
});

test('a stop does not wait for open streams', { skip }, async (t) => {
  const server = await startInFrontOf(t, (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    outgoing.write('data: first\n\n');
  });
  const answer = await fetch(`${server.url}/api/v1/runs/1/events`);
  await answer.body!.getReader().read();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('during shutdown, each answer closes its connection', { skip }, async (t) => {
  const respond = (_: IncomingMessage, response: ServerResponse) => void response.end('[]');
  const server = await startInFrontOf(t, respond, { SHUTDOWN_DELAY_MS: '3000' });
  const agent = new Agent({ keepAlive: true });
  const askConnection = async () => {
    const [answer] = await once(request(`${server.url}/api/v1/runs`, { agent }).end(), 'response');
    await (answer as IncomingMessage).toArray();
    return (answer as IncomingMessage).headers.connection;
  };
  assert.equal(await askConnection(), 'keep-alive');
  const stopped = server.stop();
  // Before the signal arrives, answers keep the connection. Without the header, the next request could get lost.
  await waitUntil('the answer closes the connection', 5_000, async () => {
    const said = await askConnection();
    assert.ok(said !== undefined, 'an answer has no connection header');
    return said === 'close';
  });
  agent.destroy();
  await stopped;
});

test('refuses a foreign Host name that leads to this machine', { skip }, async (t) => {
  const server = await startServer(t, {});
  const asked = request(`${server.url}/api/v1/runs`, { headers: { host: 'evil.example' } });
  const [answer] = await once(asked.end(), 'response');
  assert.equal((answer as { statusCode: number }).statusCode, 403);
  asked.destroy();
});

test('the server reports all wrong variables at once', { skip }, async (t) => {
  const started = startServer(t, { PORT: 'http', NUXT_API_BASE: 'localhost:8080' });
  await assert.rejects(started, (error: Error) => {
    assert.match(error.message, /ended with 78/);
    assert.match(error.message, /PORT: got "http"[^]*NUXT_API_BASE: got "localhost:8080"/);
    return true;
  });
});
