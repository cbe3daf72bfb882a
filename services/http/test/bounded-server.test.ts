import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBoundedServer, type ServerLimits } from '../bounded-server.ts';

/** Node.js' default interval to look for slow requests. */
const NODE_LOOKS_AFTER_MS = 30_000;

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

interface Client {
  socket: Socket;
  /** Everything received until the end of the connection. */
  ended: Promise<string>;
}

async function start(t: TestContext, listener: Listener, limits?: Partial<ServerLimits>) {
  const server = createBoundedServer(listener, limits);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;

  async function open(): Promise<Client> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    // A reset also ends it.
    socket.on('error', () => undefined);
    const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
    t.after(() => socket.destroy());
    return { socket, ended };
  }
  return { server, open };
}

const linux = { skip: process.platform === 'linux' ? false : 'needs Linux' };
const CROWDED = join(import.meta.dirname, '../testing/crowded-server.ts');

test('a flood of connections leaves file descriptors for anything else', linux, async (t) => {
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -n 256; exec "$0" "$@"', process.execPath, CROWDED],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  const [first] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const port = Number(first);
  const sockets = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  // A reset is a drop.
  for (const socket of sockets) socket.on('error', () => undefined);
  const [kept] = sockets;
  kept!.write(get('/'));
  // 256 - 64 of 300 stay, and the server answers once it has dropped the rest.
  const [answer] = (await once(kept!.setEncoding('utf8'), 'data')) as [string];
  assert.match(answer, /108 dropped, 40 files opened$/);
});

const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n');
const bodiesOf = (text: string) => [...text.matchAll(/\r\n\r\n(\/\d+)/g)].map(([, body]) => body);
const paths = (many: number) => Array.from({ length: many }, (_, nth) => `/${nth}`);

for (const [name, request] of [
  ['requests', (path: string) => get(path)],
  ['requests without a Host', (path: string) => `GET ${path} HTTP/1.1\r\n\r\n`],
  ['requests that expect something', (path: string) => get(path, 'Expect: a miracle')],
] as const)
  test(`of thousands of pipelined ${name}, a few get responses and the rest is not read`, async (t) => {
    const seen: string[] = [];
    const { open } = await start(
      t,
      ({ url }, response) => {
        seen.push(url!);
        response.end(url);
      },
      { maxRequestsAtOnce: 4 },
    );
    const { socket, ended } = await open();
    socket.write(paths(5_000).map(request).join(''));
    const text = await ended;
    assert.deepEqual(seen, paths(4));
    assert.deepEqual(bodiesOf(text), paths(4));
    assert.equal(text.match(/^Connection: close/gim)?.length, 1);
    assert.match(text, /Connection: close(?!.*HTTP\/1\.1)/is, 'the last answer says so');
  });

test('requests of a connection run one after the other, each in its own context', async (t) => {
  const store = new AsyncLocalStorage<string>();
  const inWork: ServerResponse[] = [];
  const found: (string | undefined)[] = [];
  let arrived = Promise.withResolvers<void>();
  const { open } = await start(t, ({ url }, response) => {
    found.push(store.getStore());
    store.enterWith(url!);
    inWork.push(response);
    arrived.resolve();
  });
  const { socket, ended } = await open();
  socket.write(get('/0') + get('/1') + get('/2', 'Connection: close'));
  for (let nth = 0; nth < 3; nth += 1) {
    await arrived.promise;
    assert.equal(inWork.length, nth + 1);
    arrived = Promise.withResolvers();
    inWork[nth]?.end(`/${nth}`);
  }
  assert.deepEqual(bodiesOf(await ended), paths(3));
  assert.deepEqual(found, [undefined, undefined, undefined]);
});

test('waiting requests do not start after their client has left', async (t) => {
  let begun = 0;
  const left = Promise.withResolvers<void>();
  const { open } = await start(t, (_, response) => {
    begun += 1;
    response.once('close', left.resolve);
    response.write('begun');
  });
  const { socket } = await open();
  const requests = paths(5).map((path) => get(path));
  socket.write(requests.join(''));
  await once(socket, 'data');
  socket.destroy();
  await left.promise;
  await new Promise(setImmediate);
  assert.equal(begun, 1);
});

test('the number of sequential requests per connection is unlimited', async (t) => {
  const { open } = await start(t, ({ url }, response) => void response.end(url), {
    maxRequestsAtOnce: 2,
  });
  const { socket } = await open();
  for (const path of paths(10)) {
    socket.write(get(path));
    const [answer] = (await once(socket, 'data')) as [string];
    assert.ok(answer.endsWith(path));
  }
});

test('a broken request does not disturb the responses of earlier ones', async (t) => {
  const responses: ServerResponse[] = [];
  const arrived = Promise.withResolvers<void>();
  const { open, server } = await start(t, (_, response) => {
    responses.push(response);
    arrived.resolve();
  });
  const { socket, ended } = await open();
  const broken = once(server, 'clientError');
  socket.write(`${get('/0')}hello\r\n\r\n`);
  await arrived.promise;
  await broken;
  responses[0]?.end('/0');
  const text = await ended;
  assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200']);
  assert.match(text, /^Connection: close/im);
});

test('unfinished headers and bodies are refused, also if they trickle in', async (t) => {
  const { open } = await start(
    t,
    (request, response) => void request.resume().once('end', () => response.end()),
    { headersTimeoutMs: 300, requestTimeoutMs: 600 },
  );
  const post = 'POST / HTTP/1.1\r\nHost: a\r\n';
  const parts = [
    ['headers', 'GET / HTTP/1.1\r\nX: ', 'x'],
    ['body', `${post}Content-Length: 100000\r\n\r\n`, 'x'],
    ['chunks', `${post}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n'],
  ] as const;
  const refused = parts.flatMap(([name, beginning, drop]) =>
    [false, true].map(async (drips) => {
      const { socket, ended } = await open();
      socket.write(beginning);
      const dripping = drips ? setInterval(() => socket.write(drop), 50) : undefined;
      const late = sleep(NODE_LOOKS_AFTER_MS / 2, 'open', { ref: false });
      const answer = await Promise.race([ended, late]);
      clearInterval(dripping);
      assert.match(answer, /^HTTP\/1\.1 408 /, `${name}, drips: ${drips}`);
    }),
  );
  await Promise.all(refused);
});

test('a client that does not read its response loses its connection', async (t) => {
  const closed = Promise.withResolvers<void>();
  const { open } = await start(
    t,
    (_, response) => {
      response.once('close', closed.resolve);
      response.end(Buffer.alloc(64 * 1024 * 1024));
    },
    { idleTimeoutMs: 200 },
  );
  const { socket } = await open();
  socket.pause();
  socket.write(get('/0'));
  await closed.promise;
});
