import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redisServerOf } from '@aio/platform/redis/redis-url';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import { startTraced } from '../testing/start-traced.ts';

const CLIENT_SPAN = 'b7ad6b7169203331';
const RUNS = '/api/v1/workflows/chain/runs';

/** A request has this span if no connection was free. */
const CONNECTION = 'acquire connection';

function withoutConnections(spans: ReceivedSpan[]): ReceivedSpan[] {
  return spans.filter(({ name }) => name !== CONNECTION);
}

function traceIdOf(n: number): string {
  return n.toString(16).padStart(32, 'a');
}

/** Headers of a request in the n-th trace. */
function inTrace(n: number): { traceparent: string } {
  return { traceparent: `00-${traceIdOf(n)}-${CLIENT_SPAN}-01` };
}

test('traces and metrics of requests', async (t) => {
  const { api, collector } = await startTraced(t);
  await api.post('/api/v1/workflows', CHAIN);
  const { host, port, database } = api.pool.server;
  const DATABASE = {
    'db.system.name': 'postgresql',
    'db.namespace': database,
    'server.address': host,
    'server.port': port,
  };

  /** The run’s span as traceparent, and the id of its parent. */
  async function readRunSpan(runId: string): Promise<(string | null)[]> {
    const text = 'select traceparent, parent_span_id from runs where id = $1';
    const [run] = await api.query(text, [runId]);
    return [run.traceparent, run.parent_span_id];
  }
  /** The spans of the n-th trace, as soon as there are so many. */
  async function spansOf(n: number, count: number): Promise<ReceivedSpan[]> {
    const isWhole = (received: ReceivedSpan[]) => withoutConnections(received).length >= count;
    return withoutConnections(await collector.waitForSpans(traceIdOf(n), isWhole));
  }

  await t.test("a submission is one tree under the client's span", async () => {
    const traceId = traceIdOf(1);
    const { body } = await api.post(RUNS, { input: { n: 1 } }, inTrace(1));
    assert.equal(body.traceId, traceId);
    assert.equal(body.traceUrl, `http://jaeger.example/trace/${traceId}`);

    const spans = await spansOf(1, 5);
    const server = collector.assertOneTree(traceId, { clientSpanId: CLIENT_SPAN });
    assert.equal(server.name, 'POST /api/v1/workflows/{name}/runs');
    assert.equal(server.kind, 'server');
    assert.equal(server.attributes['http.response.status_code'], 202);
    assert.equal(server.attributes['aio.run.id'], body.id);
    const [own, above] = await readRunSpan(body.id);
    assert.match(String(own), new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    assert.equal(above, server.spanId);

    const children = spans.filter(({ parentSpanId }) => parentSpanId === server.spanId);
    // The query that accepts a group of runs belongs to no single request.
    const kinds = new Map(children.map(({ name, kind }) => [name, kind]));
    assert.deepEqual(Object.fromEntries(kinds), {
      'find-version': 'client',
      'load-definition': 'client',
      'send runs': 'producer',
      'submit-runs': 'client',
    });
    assert.equal(children.length, kinds.size);
    assert.equal(spans.length, children.length + 1);
    const sending = children.find(({ name }) => name === 'send runs');
    const redis = redisServerOf(api.redisUrl);
    assert.deepEqual(sending?.attributes, {
      'server.address': redis.address,
      'server.port': redis.port,
      'messaging.system': 'bullmq',
      'messaging.destination.name': 'runs',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.message.id': `${body.id}.0`,
    });
    const database = children.find(({ name }) => name === 'submit-runs');
    assert.deepEqual(database?.attributes, {
      ...DATABASE,
      'db.query.summary': 'submit-runs',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'runs',
    });
  });

  await t.test('a query is a span of its request, with the reason if it fails', async () => {
    await api.call('GET', '/api/v1/workflows/chain', { headers: inTrace(3) });
    const spans = await spansOf(3, 3);
    const server = collector.assertOneTree(traceIdOf(3), { clientSpanId: CLIENT_SPAN });
    const queries = spans.filter(({ parentSpanId }) => parentSpanId === server.spanId);
    const names = ['weigh-workflow-version', 'get-workflow-version'];
    assert.deepEqual(queries.map(({ name }) => name).toSorted(), names.toSorted());
    const query = queries.find(({ name }) => name === 'get-workflow-version');
    assert.deepEqual([query?.kind, query?.status], ['client', 'unset']);
    assert.deepEqual(query?.attributes, {
      ...DATABASE,
      'db.query.summary': 'get-workflow-version',
      'db.operation.name': 'SELECT',
    });

    await api.query('alter table workflows rename to gone');
    await api.call('GET', '/api/v1/workflows/chain', { headers: inTrace(4) });
    await api.query('alter table gone rename to workflows');
    const [failed] = await spansOf(4, 2);
    assert.deepEqual([failed?.name, failed?.status], ['weigh-workflow-version', 'error']);
    assert.equal(failed?.attributes['error.type'], '42P01');
    assert.equal(failed?.attributes['db.response.status_code'], '42P01');
  });

  await t.test('a request span describes client, server and protocol', async () => {
    const { port } = new URL(api.url);
    await api.call('GET', '/api/v1/runs?limit=1', {
      headers: {
        ...inTrace(6),
        'user-agent': 'a-client/1',
        'x-forwarded-for': '203.0.113.7',
        'x-forwarded-proto': 'https',
      },
    });
    await collector.waitForSpans(traceIdOf(6), (received) =>
      received.some(({ kind }) => kind === 'server'),
    );
    const { attributes } = collector.assertOneTree(traceIdOf(6), { clientSpanId: CLIENT_SPAN });
    assert.deepEqual(attributes, {
      'http.request.method': 'GET',
      'http.route': '/api/v1/runs',
      'http.response.status_code': 200,
      'url.path': '/api/v1/runs',
      'url.scheme': 'https',
      'server.address': '127.0.0.1',
      'server.port': Number(port),
      'client.address': '203.0.113.7',
      'user_agent.original': 'a-client/1',
      'network.protocol.version': '1.1',
    });
  });

  await t.test('queries of an event stream after its start have no span', async () => {
    const { body } = await api.post(RUNS, { input: { n: 1 } });
    const left = new AbortController();
    const init = { headers: { ...api.headers, ...inTrace(5) }, signal: left.signal };
    const stream = await fetch(`${api.url}/api/v1/runs/${body.id}/events`, init);
    await stream.body?.getReader().read();
    left.abort();
    const spans = await spansOf(5, 2);
    collector.assertOneTree(traceIdOf(5), { clientSpanId: CLIENT_SPAN });
    assert.equal(spans.length, 2);
  });

  await t.test('without a client span, the server span is the root', async () => {
    const { body } = await api.post(RUNS, { input: { n: 1 } });
    await collector.waitForSpans(body.traceId, (received) =>
      received.some(({ parentSpanId }) => parentSpanId === null),
    );
    assert.equal(collector.assertOneTree(body.traceId).parentSpanId, null);
  });

  await t.test('a cancelled run has its span, under the submission', async () => {
    const { body } = await api.post(RUNS, { input: { n: 1 } });
    await api.post(`/api/v1/runs/${body.id}/cancel`);
    const spans = await collector.waitForSpans(body.traceId, (received) =>
      received.some(({ name }) => name === 'run chain'),
    );
    const run = spans.find(({ name }) => name === 'run chain');
    assert.equal(run?.attributes['aio.run.status'], 'cancelled');
    const [own, above] = await readRunSpan(body.id);
    assert.deepEqual([run?.spanId, run?.parentSpanId], [own?.split('-')[2], above]);
    // The request that cancels the run has its own trace.
    const [cause] = run!.links;
    const canceling = await collector.waitForSpans(cause!.traceId, (received) =>
      received.some(({ kind }) => kind === 'server'),
    );
    const request = canceling.find(({ kind }) => kind === 'server');
    assert.equal(request?.name, 'POST /api/v1/runs/{id}/cancel');
    assert.equal(cause?.spanId, request.spanId);
    collector.assertOneTree(body.traceId);
  });

  await t.test('without JAEGER_UI_URL, a run has its trace id and no link', async (t) => {
    const collectorOnly = await startTestApi(t, { isTracing: true });
    await collectorOnly.post('/api/v1/workflows', CHAIN);
    const { body } = await collectorOnly.post(RUNS, { input: { n: 1 } });
    assert.match(body.traceId, /^[0-9a-f]{32}$/);
    assert.equal(body.traceUrl, null);
  });

  await t.test('probes have no spans', async () => {
    await api.get('/health');
    await api.get('/ready');
    // Spans are exported in order of their ends, so earlier ones would have arrived before this one.
    const last = await api.get('/api/v1/runs/nope');
    await collector.waitForSpans(last.body.traceId, (received) => received.length > 0);
    const paths = collector.spans().map(({ attributes }) => attributes['url.path']);
    assert.ok(!paths.includes('/health') && !paths.includes('/ready'));
  });

  await t.test('a problem names its trace; a span never contains an unknown path', async () => {
    const { body } = await api.get('/api/v1/no/such/path');
    const [span] = await collector.waitForSpans(body.traceId, (received) => received.length > 0);
    assert.equal(span?.name, 'GET');
    assert.equal(span?.status, 'unset', 'a 4xx is no server error');
    assert.equal(span?.attributes['http.response.status_code'], 404);
  });

  await t.test('measures requests by route, with traces as exemplars', async () => {
    const { body } = await api.registry.scrape('application/openmetrics-text');
    const series = body
      .split('\n')
      .filter((line) => line.startsWith('aio_http_request_duration_seconds_bucket'));
    const submissions = series.filter((line) =>
      line.includes(`route="${RUNS.replace('chain', '{name}')}",status="202"`),
    );
    assert.ok(submissions.some((line) => / # \{trace_id="[0-9a-f]{32}"\} /.test(line)));
    assert.ok(series.some((line) => line.includes('route="unmatched",status="404"')));
    assert.ok(!body.includes('/no/such/path'));
    assert.match(body, /^aio_http_requests_in_flight 0$/m);
  });
});
