import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN } from '../testing/definitions.ts';
import { openStream } from '../testing/read-stream.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { SOMEBODY } from '../testing/test-issuer.ts';

const RUNS = '/api/v1/runs';
const DOCS = '/api/v1/docs';

/** The log lines of the requests in `work`, at least one. */
async function linesOf(api: TestApi, work: () => Promise<unknown>) {
  const before = api.accessLines.length;
  await work();
  await waitUntil(async () => api.accessLines.length > before, { what: 'a line' });
  return api.accessLines.slice(before);
}

test('each request has a log line', async (t) => {
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'login=1/1h' } });
  await api.post('/api/v1/workflows', CHAIN);
  function get(path: string, headers = {}) {
    return () => api.call('GET', path, { headers });
  }

  await t.test('with subject, route and duration', async () => {
    const [line] = await linesOf(api, get('/api/v1/workflows/chain?secret=hunter2'));
    const { duration_ms: took, trace_id: traceId, span_id, trace_flags, ...rest } = line!;
    assert.deepEqual(rest, {
      event: 'aio.request.ended',
      method: 'GET',
      route: '/api/v1/workflows/{name}',
      status: 400,
      aborted: undefined,
      who: SOMEBODY.subject,
    });
    assert.ok(typeof took === 'number' && took > 0 && took < 60_000);
    const ids = [traceId, span_id, trace_flags].join('-');
    assert.ok(traceId === undefined || /^[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/.test(ids));
  });

  const ANONYMOUS = { who: 'anonymous', method: 'GET' };
  const invalid = { authorization: 'Bearer x' };
  const cases: [name: string, work: () => Promise<unknown>, line: Record<string, unknown>][] = [
    ['an unknown path', get('/etc/passwd'), { ...ANONYMOUS, route: 'unmatched', status: 404 }],
    ['no login', get(RUNS, invalid), { ...ANONYMOUS, route: RUNS, status: 401 }],
    ['a document', get(DOCS), { ...ANONYMOUS, route: DOCS, status: 200 }],
  ];
  for (const [name, work, wanted] of cases)
    await t.test(`for ${name}`, async () => {
      const lines = await linesOf(api, work);
      assert.equal(lines.length, 1);
      assert.partialDeepStrictEqual(lines[0], wanted);
    });

  await t.test('above a rate limit too', async () => {
    await linesOf(api, () => api.call('GET', '/auth/login'));
    const [line] = await linesOf(api, () => api.call('GET', '/auth/login'));
    assert.deepEqual([line?.['status'], line?.['who']], [429, 'anonymous']);
  });

  await t.test('if the client leaves', async () => {
    const id = await api.submit();
    const stream = await openStream(`${api.url}/api/v1/runs/${id}/events`, api.headers);
    await stream.next();
    const lines = await linesOf(api, async () => stream.leave());
    const [line] = lines.filter(({ aborted }) => aborted);
    assert.deepEqual([line?.['route'], line?.['status']], ['/api/v1/runs/{id}/events', 200]);
  });

  await t.test('if the client leaves before the response', async () => {
    const lines = await linesOf(api, async () => {
      const socket = connect(api.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        `POST /api/v1/workflows HTTP/1.1\r\nHost: a\r\nAuthorization: ${api.headers['authorization']}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
      );
      const inFlight = () => api.sample('aio_http_requests_in_flight');
      await waitUntil(async () => (await inFlight()) === 1, { what: 'the request arrives' });
      socket.destroy();
    });
    assert.deepEqual([lines[0]?.['aborted'], lines[0]?.['status']], [true, undefined]);
  });

  await t.test('except probes', async () => {
    const lines = await linesOf(api, async () => {
      await api.get('/health');
      await api.call('GET', '/ready');
      await api.get('/api/v1/problems/not_found');
    });
    assert.deepEqual(pluck(lines, 'route'), ['/api/v1/problems/{code}']);
  });

  await t.test('and no line has a path, a query or a token', () => {
    const text = JSON.stringify(api.accessLines);
    assert.doesNotMatch(text, /hunter2|passwd|Bearer|eyJ/);
  });
});

test('ACCESS_LOG_ENABLED=false turns the log off', async (t) => {
  const api = await startTestApi(t, { env: { ACCESS_LOG_ENABLED: 'false' } });
  await api.get('/api/v1/runs');
  assert.deepEqual(api.accessLines, []);
});
