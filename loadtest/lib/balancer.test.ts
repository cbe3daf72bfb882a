import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { findFreePort } from '@aio/stack/free-port';
import { startBalancer } from './balancer.ts';

test('with one of two APIs down, every concurrent request gets an answer', async (t) => {
  const alive = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  alive.keepAliveTimeout = 65_000;
  await once(alive, 'listening');
  t.after(() => {
    alive.closeAllConnections();
    alive.close();
  });
  const origin = (port: number) => `http://127.0.0.1:${port}`;
  const balancer = await startBalancer([
    origin(await findFreePort()),
    origin((alive.address() as AddressInfo).port),
  ]);
  t.after(() => balancer.close());
  const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(balancer.url)));
  assert.deepEqual(
    answers.map(({ status }) => status).filter((status) => status !== 200),
    [],
  );
  assert.equal(
    answers[0]?.headers.get('keep-alive'),
    'timeout=5',
    'the balancer sends its own header',
  );
});
