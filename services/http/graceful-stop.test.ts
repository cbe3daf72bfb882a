import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { prepareStop } from './graceful-stop.ts';

/** Longer than any test waits, so an answer that arrives was not cut off. */
const GRACE_MS = 600_000;

/** A server whose requests the test answers, and a client that keeps its connections. */
async function startServer(t: TestContext) {
  const server = createServer();
  const stop = prepareStop(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  t.after(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });

  async function ask() {
    const request = get({ port, host: '127.0.0.1', agent });
    const answer = once(request, 'response').then(([message]) => message as IncomingMessage);
    const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    return { response, answer };
  }
  return { stop, ask };
}

test('a request in flight gets its answer, which closes the connection', async (t) => {
  const { stop, ask } = await startServer(t);
  const { response, answer } = await ask();
  const stopped = stop.close(GRACE_MS);
  response.end('whole');
  const message = await answer;
  assert.equal(message.headers.connection, 'close');
  assert.equal(String(await message.toArray()), 'whole');
  await stopped;
});

test('after `retire` the server still answers, and each answer closes its connection', async (t) => {
  const { stop, ask } = await startServer(t);
  stop.retire();
  const { response, answer } = await ask();
  response.end('whole');
  assert.equal((await answer).headers.connection, 'close');
});

test('an event stream ends at once', async (t) => {
  const { stop, ask } = await startServer(t);
  const { response, answer } = await ask();
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.write(': begun\n\n');
  const message = await answer;
  const broken = assert.rejects(message.toArray(), /aborted/);
  stop.endStreams();
  await broken;
});

test('after the grace period the server cuts requests without an answer', async (t) => {
  const { stop, ask } = await startServer(t);
  const { answer } = await ask();
  const cut = assert.rejects(answer, /socket hang up/);
  await stop.close(1);
  await cut;
});
