import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from './server.ts';

/** Longer than the test, so a request that ends was not cut off. */
const GRACE_MS = 600_000;

/** Default interval at which Node.js looks for slow requests. */
const NODE_LOOKS_AFTER_MS = 30_000;

/** A server whose responses the test sends, and a client with keep-alive. */
async function serve(t: TestContext) {
  const responses: ServerResponse[] = [];
  let arrived = Promise.withResolvers<void>();
  const server = await startServer(
    (_, response) => {
      responses.push(response);
      arrived.resolve();
    },
    { host: '127.0.0.1', port: 0 },
  );
  const agent = new Agent({ keepAlive: true });
  t.after(async () => {
    agent.destroy();
    await server.close(0);
  });

  async function ask(): Promise<{ response: ServerResponse; answer: Promise<IncomingMessage> }> {
    arrived = Promise.withResolvers();
    const request = get({ port: server.port, host: '127.0.0.1', agent });
    const answer = once(request, 'response').then(([message]) => message as IncomingMessage);
    await arrived.promise;
    const response = responses.at(-1);
    assert.ok(response);
    return { response, answer };
  }
  return { server, ask };
}

test('keeps idle connections longer than a load balancer does', async (t) => {
  const { ask } = await serve(t);
  const { response, answer } = await ask();
  response.end();
  const { headers } = await answer;
  assert.equal(headers['keep-alive'], 'timeout=65');
});

test('after `retire`, each response is the last of its connection', async (t) => {
  const { server, ask } = await serve(t);
  const before = await ask();
  server.retire();
  before.response.end();
  assert.equal((await before.answer).headers.connection, 'close');
  const after = await ask();
  after.response.end();
  assert.equal((await after.answer).headers.connection, 'close');
});

test('a stop waits for responses, but not for idle connections', async (t) => {
  const { server, ask } = await serve(t);
  const plain = await ask();
  const stream = await ask();
  stream.response.write('begun');
  const begun = await stream.answer;

  const closed = server.close(GRACE_MS);
  plain.response.end('whole');
  const { headers } = await plain.answer;
  assert.equal(headers.connection, 'close');
  stream.response.end();
  assert.equal(await textOf(begun), 'begun');
  await closed;
});

test('refuses headers that arrive too slowly', async (t) => {
  const server = await startServer(() => assert.fail('no request is whole'), {
    host: '127.0.0.1',
    port: 0,
    limits: { headersTimeoutMs: 300 },
  });
  t.after(() => server.close(0));
  const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  t.after(() => socket.destroy());
  socket.write('GET / HTTP/1.1\r\nX: ');
  const dripping = setInterval(() => socket.write('x'), 50);
  const late = sleep(NODE_LOOKS_AFTER_MS / 2, ['nothing'], { ref: false });
  const [answer] = (await Promise.race([once(socket, 'data'), late])) as [string];
  clearInterval(dripping);
  assert.match(answer, /^HTTP\/1\.1 408 /);
});

async function textOf(message: IncomingMessage): Promise<string> {
  const parts = await message.setEncoding('utf8').toArray();
  return parts.join('');
}
