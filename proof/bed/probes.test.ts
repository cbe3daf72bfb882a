import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { watchReadiness } from './probes.ts';

const LIMIT_MS = 400;

async function startServer(t: TestContext, answer: RequestListener): Promise<string> {
  const { url, close } = await startHttpServer(answer);
  t.after(close);
  return url;
}

test('reports the reason for an answer other than 200, and for a missing answer', async (t) => {
  const said: ((response: Parameters<RequestListener>[1]) => void)[] = [
    (response) => response.writeHead(500).end(),
    (response) => response.destroy(),
  ];
  const origin = await startServer(t, (request, response) => {
    if (request.url === '/ready') response.writeHead(503).end();
    else said.shift()?.(response);
  });
  const since = performance.now();
  const watch = watchReadiness(origin, LIMIT_MS);
  // The server never answers the third request.
  while (watch.unhealthy.length < 3) await sleep(10);
  await watch.stop();
  assert.deepEqual(watch.unhealthy.slice(0, 3), [
    '/health: 500',
    '/health: fetch failed: other side closed',
    '/health: no answer within 400 ms',
  ]);
  assert.ok(watch.firstReady(503, since) >= 0);
  assert.ok(Number.isNaN(watch.firstReady(200, since)));
});

test('a pause of the watching process does not count as a slow answer', async (t) => {
  let asked = 0;
  const origin = await startServer(t, (_, response) => {
    asked += 1;
    response.end();
  });
  const watch = watchReadiness(origin, LIMIT_MS);
  // Sends the requests, then blocks for longer than an answer may take.
  await sleep(0);
  const pausedAt = performance.now();
  while (performance.now() - pausedAt < LIMIT_MS + 100);
  while (asked < 4) await sleep(50);
  await watch.stop();
  assert.deepEqual(watch.unhealthy, []);
});
