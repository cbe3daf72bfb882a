import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTcpPath } from '@aio/platform/testing/tcp-path';
import { TEST_DATABASE_URL, TEST_REDIS_URL } from '@aio/platform/testing/servers';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN } from '../testing/definitions.ts';
import { openStream } from '../testing/read-stream.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';

const RUNS = '/api/v1/workflows/chain/runs';

/** Value at the next scrape; undefined = no such series. */
const dependencyUp = (api: TestApi, dependency: string) =>
  api.sample(`aio_dependency_up{dependency="${dependency}"}`);

test('Redis down: the API accepts runs, and recovers by itself', async (t) => {
  const path = await startTcpPath(TEST_REDIS_URL);
  const api = await startTestApi(t, { redisUrl: path.through });
  t.after(() => path.close());
  await api.post('/api/v1/workflows', CHAIN);
  await api.untilReady();

  await path.set('refused');
  const findAway = async () => {
    const answer = await api.get('/ready');
    return answer.status === 503 && answer;
  };
  const away = await waitUntil(findAway, { what: '/ready notices' });
  assert.deepEqual(away.body.components, { database: 'ok', redis: 'unavailable' });
  assert.equal(await dependencyUp(api, 'redis'), 0, 'a missing value would prevent the alert');
  assert.equal((await api.get('/ready?require=database')).status, 200);
  assert.equal((await api.get('/health')).status, 200);
  const id = await api.submit();
  assert.equal((await api.get('/api/v1/queues')).body[0].jobs, null);
  assert.equal((await api.post(`/api/v1/runs/${id}/cancel`)).status, 202);

  await path.set('open');
  await api.untilReady();
  const jobs = async () => (await api.get('/api/v1/queues')).body[0].jobs;
  await waitUntil(jobs, { what: 'the queue counts again' });
});

test('a request that its client leaves counts in no objective', async (t) => {
  const path = await startTcpPath(TEST_DATABASE_URL);
  const api = await startTestApi(t, { databaseUrl: path.through });
  t.after(() => path.close());
  await path.set('cut');
  const open = () => api.sample('aio_http_requests_in_flight');
  const counted = () =>
    Promise.all(
      ['2xx', '4xx', '5xx'].map((status) =>
        api.sample(`aio_http_response_seconds_count{status="${status}"}`),
      ),
    );
  const before = await counted();
  const left = new AbortController();
  const { signal } = left;
  const leaving = fetch(`${api.url}/api/v1/runs`, { headers: api.headers, signal });
  await waitUntil(async () => (await open()) === 1, { what: 'the request waits' });
  left.abort();
  await assert.rejects(leaving);
  await waitUntil(async () => (await open()) === 0, { what: 'the API notices' });
  assert.deepEqual(await counted(), before);
});

test('database down: 503 within seconds, and streams survive', async (t) => {
  const path = await startTcpPath(TEST_DATABASE_URL);
  const api = await startTestApi(t, { databaseUrl: path.through });
  t.after(() => path.close());
  const { engine } = api;
  await api.post('/api/v1/workflows', CHAIN);
  const id = await api.submit();
  const stream = await openStream(`${api.url}/api/v1/runs/${id}/events`, api.headers);
  assert.equal((await stream.next())?.event, 'run.queued');

  const failed = () => api.sample('aio_http_response_seconds_count{status="5xx"}');
  assert.equal(
    await failed(),
    0,
    'Prometheus sees no increase in a series that begins with a count',
  );

  for (const fault of ['refused', 'cut'] as const) {
    await t.test(fault, async () => {
      await path.set(fault);
      const startedAt = performance.now();
      const answers = await Promise.all([
        api.post(RUNS, { input: { n: 1 } }),
        api.get('/api/v1/runs'),
        api.get(`/api/v1/runs/${id}`),
      ]);
      for (const { status, headers, body } of answers) {
        assert.deepEqual([status, body.code], [503, 'unavailable']);
        assert.ok(Number(headers.get('retry-after')) > 0);
      }
      assert.ok(performance.now() - startedAt < 15_000, 'no request hangs');
      const ready = await api.get('/ready');
      assert.deepEqual([ready.status, ready.body.components.database], [503, 'unavailable']);
      assert.equal(await dependencyUp(api, 'database'), 0);
      assert.equal((await api.get('/health')).status, 200);
      await path.set('open');
      await api.untilReady();
      assert.equal((await api.get(`/api/v1/runs/${id}`)).status, 200);
    });
  }

  const what = 'three failed requests of each fault to be counted, without probes';
  await waitUntil(async () => (await failed()) === 6, { what });

  await engine.start(id);
  await engine.finish(id, 'succeeded');
  const rest = await stream.rest();
  assert.deepEqual(pluck(rest, 'event'), ['run.started', 'run.succeeded']);
});
