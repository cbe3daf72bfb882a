import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Router } from '@koa/router';
import Koa from 'koa';
import { createMetrics, measureRequests, serveMetrics } from './index.ts';

const DEFINITIONS = {
  requests: {
    type: 'histogram',
    name: 'http_request_duration_seconds',
    help: 'Duration of requests.',
    unit: 'seconds',
    labels: { method: ['GET', 'POST', 'other'], route: { upTo: 2 }, status: { upTo: 10 } },
    buckets: [0.1, 0.25],
    exemplars: true,
  },
  depth: {
    type: 'gauge',
    name: 'queue_jobs',
    help: 'Jobs.',
    unit: 'count',
    labels: { state: ['waiting', 'active'] },
  },
  retries: {
    type: 'counter',
    name: 'retries_total',
    help: 'Retries.',
    labels: { kind: ['a', 'b'] },
  },
} as const;
const OPEN = 'application/openmetrics-text';
const TRACE = 'f'.repeat(32);

test('series of bounded labels start at zero, and other values become `other` at run time', async () => {
  const { metrics, scrape } = createMetrics(DEFINITIONS);
  // @ts-expect-error a value that the label never has
  metrics.retries.inc({ kind: 'c' });
  const { body } = await scrape();
  for (const line of ['{kind="a"} 0', '{kind="b"} 0', '{kind="other"} 1'])
    assert.ok(body.includes(`retries_total${line}\n`), line);
});

test('open labels keep their first values, and observations carry exemplars in OpenMetrics', async () => {
  const { metrics, scrape } = createMetrics(DEFINITIONS);
  for (const route of ['/a', '/b', '/c', '/d'])
    metrics.requests.observe({ method: 'GET', route, status: '200' }, 0.2, { trace_id: TRACE });
  const { body } = await scrape(OPEN);
  assert.match(body, /_count\{method="GET",route="other",status="200"\} 2/);
  assert.match(body, new RegExp(`le="0.25".*route="/a".* 1 # \\{trace_id="${TRACE}"\\} 0.2 `));
  assert.doesNotMatch((await scrape()).body, /trace_id/);
});

test('OpenMetrics has the unit of a metric whose name ends with it', async () => {
  const { scrape } = createMetrics(DEFINITIONS);
  const unitsOf = async (accept?: string) =>
    [...(await scrape(accept)).body.matchAll(/^# UNIT .*$/gm)].map(String);
  assert.deepEqual(await unitsOf(OPEN), ['# UNIT http_request_duration_seconds seconds']);
  assert.deepEqual(await unitsOf(), []);
});

test('gauges are read at a scrape, and absent if that fails', async () => {
  const errors: unknown[] = [];
  const { collect, scrape } = createMetrics(DEFINITIONS, {
    onCollectError: (error) => errors.push(error),
  });
  let isAway = false;
  collect(['depth'], () => {
    if (isAway) throw new Error('away');
    return { depth: [{ labels: { state: 'waiting' }, value: 3 }] };
  });
  assert.match((await scrape()).body, /queue_jobs\{state="waiting"\} 3/);
  isAway = true;
  assert.doesNotMatch((await scrape()).body, /queue_jobs\{/);
  assert.equal(errors.length, 1);
});

test('a Koa application is measured by route, and scraped on a port of its own', async (t) => {
  const registry = createMetrics(DEFINITIONS);
  const router = new Router();
  router.get('/notes/:id', (ctx) => void (ctx.body = 'note'));
  const app = new Koa().use(measureRequests(registry.metrics.requests)).use(router.routes());
  const server = app.listen(0, '127.0.0.1');
  const metrics = await serveMetrics(registry, { host: '127.0.0.1', port: 0 });
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await metrics.close();
  });
  const { port } = server.address() as { port: number };
  for (const path of ['/notes/1', '/notes/2', '/nothing'])
    await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const response = await fetch(`http://127.0.0.1:${metrics.port}/metrics`, {
    headers: { accept: OPEN },
  });
  const text = await response.text();
  assert.match(text, /_count\{method="GET",route="\/notes\/:id",status="200"\} 2/);
  assert.match(text, /_count\{method="GET",route="unmatched",status="404"\} 1/);
  assert.equal((await fetch(`http://127.0.0.1:${metrics.port}/`)).status, 404);
});

test('of the client’s metrics of the process, only the named ones are served', async () => {
  const { scrape } = createMetrics(DEFINITIONS, { defaults: ['process_cpu_seconds_total'] });
  const { body } = await scrape(OPEN);
  assert.match(body, /^process_cpu_seconds_total [\d.]+$/m);
  assert.doesNotMatch(body, /process_cpu_user|nodejs_/);
  assert.match(body, /retries_total\{kind="a"\} 0\n[^]*# EOF\n$/);
});
