import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { sendRaw } from '../testing/raw-request.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import type { CallOptions } from '../testing/test-client.ts';
import { BUILDER, type TestPerson } from '../testing/test-issuer.ts';

interface Request extends CallOptions {
  method?: string;
  /** null = without login. Default: an admin. */
  person?: TestPerson | null;
  /** Expected Cache-Control. Default: no-store. */
  cache?: string;
}

const WORKFLOWS = '/api/v1/workflows';
const post = (body: string): Request => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
});

const CASES: [name: string, status: number, path: string, request?: Request][] = [
  ['a list', 200, '/api/v1/runs'],
  ['the document', 200, '/api/v1/openapi.json', { cache: 'no-cache' }],
  ['the docs page', 200, '/api/v1/docs', { cache: 'no-cache' }],
  ['liveness', 200, '/health'],
  ['a created object', 201, WORKFLOWS, post(JSON.stringify(CHAIN))],
  ['no body', 204, '/api/v1/runs', { method: 'OPTIONS' }],
  ['bad JSON', 400, WORKFLOWS, post('{')],
  ['a role without access', 403, '/api/v1/queues/http/pause', { method: 'POST', person: BUILDER }],
  ['no login', 401, '/api/v1/runs', { person: null }],
  ['a bad token', 401, '/api/v1/runs', { headers: { authorization: 'Bearer x' } }],
  ['no such path', 404, '/nothing'],
  ['no such method', 405, '/api/v1/runs', { method: 'DELETE' }],
  ['an invalid definition', 422, WORKFLOWS, post('{}')],
];

const POLICY = /^default-src 'none';.* frame-ancestors 'none'$/;
/** Matches stack traces, our paths and names of libraries. */
const INSIDES = /node_modules|\.ts\b|\bat \w+ \(|\/services\/|pg_|ECONNREFUSED|SELECT /;

function check(
  name: string,
  headers: { get(name: string): string | null },
  cache = 'no-store',
): void {
  assert.match(headers.get('content-security-policy') ?? '', POLICY, name);
  assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
  assert.equal(headers.get('referrer-policy'), 'no-referrer', name);
  assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', name);
  assert.equal(headers.get('cache-control'), cache, name);
  for (const teller of ['x-powered-by', 'server']) assert.equal(headers.get(teller), null, name);
}

test('every answer has security headers and reveals no internals', async (t) => {
  const api = await startTestApi(t);
  for (const [name, status, path, { method = 'GET', person, cache, ...request } = {}] of CASES)
    await t.test(name, async () => {
      const client = person === undefined ? api : await api.as(person);
      const answer = await client.call(method, path, request);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      check(name, answer.headers, cache);
      assert.equal(answer.headers.get('strict-transport-security'), null, 'not over HTTP');
      if (status >= 400) assert.doesNotMatch(JSON.stringify(answer.body), INSIDES);
    });
});

test('an internal error has no stack', async (t) => {
  const api = await startTestApi(t);
  await api.query('ALTER TABLE runs RENAME TO runs_gone');
  const answer = await api.get('/api/v1/runs');
  assert.deepEqual([answer.status, answer.body.code], [500, 'internal']);
  assert.doesNotMatch(JSON.stringify(answer.body), INSIDES);
  assert.doesNotMatch(JSON.stringify(answer.body), /relation|runs_gone/);
  check('500', answer.headers);
});

test('every answer keeps browsers on HTTPS if AIO_PUBLIC_URL is https', async (t) => {
  const api = await startTestApi(t, { env: { AIO_PUBLIC_URL: 'https://aio.example' } });
  for (const path of ['/api/v1/runs', '/nothing']) {
    const { headers } = await api.get(path);
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
  }
});

test('no answer has metrics: they are on a private port', async (t) => {
  const api = await startTestApi(t);
  for (const path of ['/metrics', '/metrics/', '/api/v1/metrics', '//metrics']) {
    const answer = await sendRaw(api.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    assert.match(answer, /^HTTP\/1.1 404 /, path);
    assert.doesNotMatch(answer, /aio_http|# HELP/, path);
  }
});

/** `total;dur=1.2, db;dur=0.3` -> `{ total: 1.2, db: 0.3 }` */
function timesOf(headers: Headers): Record<string, number> {
  const parts = headers.get('server-timing')!.split(', ');
  return Object.fromEntries(
    parts.map((part) => {
      const [, name = '', ms = ''] = /^(\w+);dur=(\d+\.\d)$/.exec(part) ?? [];
      return [name, Number(ms)];
    }),
  );
}

test('every response has its duration', async (t) => {
  const api = await startTestApi(t);
  const nobody = await api.as(null);

  await t.test('the time of its own queries only', async () => {
    const [slow, quick] = await Promise.all([
      api.get('/api/v1/runs'),
      api.get('/api/v1/openapi.json'),
    ]);
    const { total, db } = timesOf(slow.headers);
    assert.ok(db! > 0 && total! > 0, JSON.stringify({ total, db }));
    // A route without login.
    assert.deepEqual(Object.keys(timesOf(quick.headers)), ['total']);
    assert.equal(timesOf((await api.get('/api/v1/telemetry')).headers)['db'], 0);
  });

  await t.test('problems too; callers without login see no query time', async () => {
    const missing = await api.get('/api/v1/runs/01900000-0000-7000-8000-000000000000');
    assert.equal(missing.status, 404);
    assert.ok(timesOf(missing.headers)['db']! > 0);
    for (const path of ['/api/v1/runs', '/api/v1/nope', '/health'])
      assert.deepEqual(Object.keys(timesOf((await nobody.get(path)).headers)), ['total']);
  });

  await t.test('the document has both headers for every response', () => {
    for (const [path, methods] of Object.entries(api.document.paths))
      for (const [method, { responses }] of Object.entries(methods))
        for (const [status, { headers }] of Object.entries(responses))
          for (const name of ['traceresponse', 'Server-Timing'])
            assert.deepEqual(
              (headers as Record<string, unknown> | undefined)?.[name],
              { $ref: `#/components/headers/${name}` },
              `${method} ${path} ${status}`,
            );
  });
});
