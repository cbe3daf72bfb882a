import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { sendRaw } from '../testing/raw-request.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { BUILDER, type TestPerson } from '../testing/test-issuer.ts';

interface Case {
  name: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** null = without login. Default: an admin. */
  person?: TestPerson | null;
  status: number;
  /** Expected Cache-Control. Default: no-store. */
  cache?: string;
}

const WORKFLOWS = '/api/v1/workflows';
const JSON_TYPE = { 'content-type': 'application/json' };

const CASES: Case[] = [
  { name: 'a list', path: '/api/v1/runs', status: 200 },
  { name: 'the document', path: '/api/v1/openapi.json', status: 200, cache: 'no-cache' },
  { name: 'the docs page', path: '/api/v1/docs', status: 200, cache: 'no-cache' },
  { name: 'liveness', path: '/health', status: 200 },
  {
    name: 'a created object',
    method: 'POST',
    path: WORKFLOWS,
    headers: JSON_TYPE,
    body: JSON.stringify(CHAIN),
    status: 201,
  },
  { name: 'no body', method: 'OPTIONS', path: '/api/v1/runs', status: 204 },
  { name: 'bad JSON', method: 'POST', path: WORKFLOWS, headers: JSON_TYPE, body: '{', status: 400 },
  {
    name: 'a role without access',
    method: 'POST',
    path: '/api/v1/queues/http/pause',
    person: BUILDER,
    status: 403,
  },
  { name: 'no login', path: '/api/v1/runs', person: null, status: 401 },
  {
    name: 'a bad token',
    path: '/api/v1/runs',
    headers: { authorization: 'Bearer x' },
    status: 401,
  },
  { name: 'no such path', path: '/nothing', status: 404 },
  { name: 'no such method', method: 'DELETE', path: '/api/v1/runs', status: 405 },
  {
    name: 'an invalid definition',
    method: 'POST',
    path: WORKFLOWS,
    headers: JSON_TYPE,
    body: '{}',
    status: 422,
  },
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

describe('every answer', () => {
  async function run(api: TestApi, { method = 'GET', path, headers = {}, body, person }: Case) {
    const client = person === undefined ? api : await api.as(person);
    return client.call(method, path, { headers, body });
  }

  test('has security headers and reveals no internals', async (t) => {
    const api = await startTestApi(t);
    for (const one of CASES)
      await t.test(one.name, async () => {
        const answer = await run(api, one);
        assert.equal(answer.status, one.status, JSON.stringify(answer.body));
        check(one.name, answer.headers, one.cache);
        assert.equal(answer.headers.get('strict-transport-security'), null, 'not over HTTP');
        if (one.status >= 400) assert.doesNotMatch(JSON.stringify(answer.body), INSIDES);
      });

    await t.test('input that is not HTTP', async () => {
      const [head = ''] = (await sendRaw(api.port, 'hello\r\n\r\n')).split('\r\n\r\n');
      const lines = head.split('\r\n').slice(1);
      check('no HTTP', new Headers(lines.map((line) => line.split(/: (.*)/, 2)) as never));
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

  test('keeps browsers on HTTPS if AIO_PUBLIC_URL is https', async (t) => {
    const api = await startTestApi(t, { env: { AIO_PUBLIC_URL: 'https://aio.example' } });
    for (const path of ['/api/v1/runs', '/nothing']) {
      const { headers } = await api.get(path);
      assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
    }
  });

  test('has no metrics: they are on a private port', async (t) => {
    const api = await startTestApi(t);
    for (const path of ['/metrics', '/metrics/', '/api/v1/metrics', '//metrics']) {
      const answer = await sendRaw(api.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      assert.match(answer, /^HTTP\/1.1 404 /, path);
      assert.doesNotMatch(answer, /aio_http|# HELP/, path);
    }
  });
});
