import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { openStream } from '../testing/read-stream.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import type { TestAnswer, TestClient } from '../testing/test-client.ts';
import { BUILDER, OTHER } from '../testing/test-issuer.ts';

const VALUE = { type: 'transform', with: { value: 1 } };
const STEPS = Array.from({ length: 40 }, (_, nth) => `s${nth + 10}`);
/** Without a length, a body counts as large. */
const HEADS = ['Content-Length: 200000', 'Transfer-Encoding: chunked'];
const LARGE = { name: 'large', steps: Object.fromEntries(STEPS.map((step) => [step, VALUE])) };

function assertRefused({ status, headers, body }: TestAnswer, code: string): void {
  assert.deepEqual([status, body.code], [code === 'busy' ? 503 : 429, code], JSON.stringify(body));
  assert.equal(headers.get('retry-after'), '2');
}

test('large reads in progress are limited by person', async (t) => {
  const api = await startTestApi(t);
  const [builder, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  await builder.post('/api/v1/workflows', LARGE);
  const only = { ...VALUE, with: { value: 'x'.repeat(60_000) } };
  await builder.post('/api/v1/workflows', { name: 'long', steps: { only } });
  const [id, small] = [await builder.submit('large', {}), await builder.submit('long', {})];
  await api.engine.start(id);
  // Nothing compresses it, and sockets do not buffer it.
  await api.query(
    `insert into steps (run_id, step, iteration, kind, status, attempt, output)
     select $1, step, -1, 'transform', 'succeeded', 1, to_json((select string_agg(md5(n || step), '') from generate_series(1, 6500) n))
     from unnest($2::text[]) as step`,
    [id, STEPS],
  );

  /** A client that reads only the head of the answer. */
  function hold(client: TestClient): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const sent = request(`${api.url}/api/v1/runs/${id}`, {
        headers: client.headers,
        agent: false,
      });
      sent.on('response', (response) => {
        assert.equal(response.statusCode, 200);
        resolve(() => sent.destroy());
      });
      sent.on('error', reject);
      sent.end();
    });
  }
  const leave = [await hold(builder)];
  t.after(() => leave.forEach((end) => end()));
  const paths = [`/api/v1/runs/${id}`, '/api/v1/workflows/long/versions/1'];
  for (const path of paths) assertRefused(await builder.get(path), 'too_many_at_once');
  assert.equal(await api.sample('aio_http_rate_limited_total{policy="large_reads"}'), paths.length);
  for (const path of [`/api/v1/runs/${id}?outputs=false`, `/api/v1/runs/${small}`])
    assert.equal((await builder.get(path)).status, 200, path);
  assert.equal((await builder.post(`/api/v1/runs/${small}/cancel`)).status, 202);
  assert.equal((await other.get(`/api/v1/runs/${id}`)).status, 404, 'before its size counts');

  const adminNamed = (subject: string) => api.as({ ...OTHER, subject, roles: ['admin'] });
  for (const subject of ['ada', 'grace', 'mary']) leave.push(await hold(await adminNamed(subject)));
  assertRefused(await (await adminNamed('joan')).get(`/api/v1/runs/${id}`), 'busy');
  for (const end of leave) end();
  await waitUntil(async () => (await builder.get(`/api/v1/runs/${id}`)).status === 200, {
    what: 'the places are free',
  });
});

test('event streams of a person are limited, and free when they close', async (t) => {
  const api = await startTestApi(t, { env: { EVENT_STREAMS_PER_PERSON: '2' } });
  const [builder, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  await builder.post('/api/v1/workflows', LARGE);
  const ids = [await builder.submit('large', {}), await builder.submit('large', {})];
  const paths = ids.map((id) => `/api/v1/runs/${id}/events`);
  const open = (path: string, { headers }: TestClient) => openStream(`${api.url}${path}`, headers);
  const streams = await Promise.all(paths.map((path) => open(path, builder)));
  assert.deepEqual(
    streams.map(({ status }) => status),
    [200, 200],
  );
  for (const path of paths) {
    const stream = await open(path, builder);
    stream.leave();
    assert.equal(stream.status, 429);
    assertRefused(await builder.get(path), 'too_many_at_once');
  }
  assert.equal(await api.sample('aio_http_rate_limited_total{policy="event_streams"}'), 4);
  assert.equal((await builder.get(`/api/v1/runs/${ids[0]}`)).status, 200);
  await other.post('/api/v1/workflows', { ...LARGE, name: 'others' });
  const others = await open(`/api/v1/runs/${await other.submit('others', {})}/events`, other);
  assert.equal(others.status, 200);

  streams[0]!.leave();
  const again = await waitUntil(
    async () => {
      const stream = await open(paths[0]!, builder);
      return stream.status === 200 ? stream : undefined;
    },
    { what: 'a place is free' },
  );
  for (const stream of [...streams, others, again]) stream!.leave();
});

test('a person follows one run with at most ten streams', async (t) => {
  const api = await startTestApi(t);
  const builder = await api.as(BUILDER);
  await builder.post('/api/v1/workflows', LARGE);
  const [id, other] = [await builder.submit('large', {}), await builder.submit('large', {})];
  const open = (run: string) => openStream(`${api.url}/api/v1/runs/${run}/events`, builder.headers);
  const streams = await Promise.all(Array.from({ length: 10 }, () => open(id)));
  for (const { status } of streams) assert.equal(status, 200);
  assertRefused(await builder.get(`/api/v1/runs/${id}/events`), 'too_many_at_once');
  streams.push(await open(other));
  assert.equal(streams.at(-1)!.status, 200);
  for (const stream of streams) stream.leave();
});

test('large bodies in progress are limited by person, before they are read', async (t) => {
  const api = await startTestApi(t);
  const [builder, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  await builder.post('/api/v1/workflows', LARGE);
  await other.post('/api/v1/workflows', { ...LARGE, name: 'others' });
  const input = { text: 'x'.repeat(200_000) };
  const post = (client = builder, name = 'large', body: object = { input }) =>
    client.post(`/api/v1/workflows/${name}/runs`, body);

  /** A client that sends the head of a large request. */
  function begin(nth: number): Socket {
    const socket = connect(api.port, '127.0.0.1');
    const { authorization = '' } = builder.headers;
    socket.write(
      `POST /api/v1/workflows/large/runs HTTP/1.1\r\nHost: aio\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n${HEADS[nth % 2]}\r\n\r\n`,
    );
    return socket;
  }
  const begun: Socket[] = [];
  await waitUntil(
    async () => {
      if ((await post()).status === 429) return true;
      begun.push(begin(begun.length));
      return false;
    },
    { what: 'as many are in progress as may be' },
  );
  assert.ok(begun.length >= 4, `${begun.length} have begun`);
  assertRefused(await post(), 'too_many_at_once');
  assertRefused(await builder.post('/api/v1/workflows', 'x'.repeat(200_000)), 'too_many_at_once');
  assert.equal((await post(builder, 'large', { input: {} })).status, 202, 'small ones pass');
  assert.equal((await post(other, 'others')).status, 202, 'others have their own limit');
  assert.ok((await api.sample('aio_http_rate_limited_total{policy="large_bodies"}'))! >= 3);
  for (const socket of begun) socket.destroy();
  await waitUntil(async () => (await post()).status === 202, { what: 'the places are free' });
});
