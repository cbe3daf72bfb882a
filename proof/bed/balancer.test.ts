import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { findFreePort } from '@aio/tools/process/free-port';
import { startBalancer } from './balancer.ts';

test('with one of two APIs down, every concurrent request gets an answer', async (t) => {
  const alive = await startHttpServer((_, response) => {
    response.writeHead(200, { connection: 'keep-alive', 'keep-alive': 'timeout=65' }).end('{}');
  });
  t.after(alive.close);
  const dead = `http://127.0.0.1:${await findFreePort()}`;
  const balancer = await startBalancer([dead, alive.url]);
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
