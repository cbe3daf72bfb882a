import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { sendRaw } from '../testing/raw-request.ts';
import { startTestApi } from '../testing/start-test-api.ts';

const RUNS = '/api/v1/workflows/chain/runs';
const LARGE_CHUNK = `${(1_200_000).toString(16)}\r\n${'x'.repeat(1_200_000)}\r\n0\r\n\r\n`;

test('unusual and broken HTTP', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', CHAIN);
  const own = ['Host: localhost', `Authorization: ${api.headers['authorization']}`];
  const head = (line: string, ...headers: string[]): string =>
    [line, ...own, ...headers, '', ''].join('\r\n');
  const key = (value: string) => `Idempotency-Key: ${value}`;
  const post = (...headers: string[]): string =>
    head(`POST ${RUNS} HTTP/1.1`, 'Content-Type: application/json', ...headers);

  const cases: [name: string, bytes: string, status: number][] = [
    ['a target that is no path', head('GET http://[ HTTP/1.1'), 400],
    ['a target that begins with two slashes', head('GET //nothing HTTP/1.1'), 404],
    ['no Host', 'GET /health HTTP/1.1\r\n\r\n', 400],
    ['chunks beyond the limit', post('Transfer-Encoding: chunked') + LARGE_CHUNK, 413],
    ['a length beyond the limit, before the body arrives', post('Content-Length: 99999999'), 413],
    ['a repeated Idempotency-Key', post('Content-Length: 2', key('a'), key('b')) + '{}', 400],
  ];
  for (const [name, bytes, status] of cases) {
    await t.test(name, async () => {
      const answer = await sendRaw(api.port, bytes);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), answer.slice(0, 200));
      assert.match(answer, /^content-type: application\/problem\+json/im);
      const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
      assert.equal(problem.status, status);
    });
  }

  for (const [name, bytes, status] of [
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['huge headers', head('GET /health HTTP/1.1', `X: ${'x'.repeat(20_000)}`), 431],
    ['a body of two lengths', post('Content-Length: 1', 'Content-Length: 2'), 400],
  ] as const)
    await t.test(name, async () => {
      assert.match(await sendRaw(api.port, bytes), new RegExp(`^HTTP/1.1 ${status} `));
    });

  await t.test('the server still works', async () => {
    assert.equal((await api.get('/health')).status, 200);
  });
});

test('methods', async (t) => {
  const api = await startTestApi(t);

  await t.test('a path names its methods', async () => {
    const refused = await api.call('PUT', '/api/v1/workflows');
    const options = await api.call('OPTIONS', '/api/v1/workers');
    assert.deepEqual([refused.status, options.status], [405, 204]);
    assert.equal(refused.headers.get('allow'), 'GET, HEAD, OPTIONS, POST');
    assert.equal(options.headers.get('allow'), 'GET, HEAD, OPTIONS');
  });

  await t.test('HEAD answers like GET, without the body', async () => {
    const [head, get] = [await api.call('HEAD', '/api/v1/runs'), await api.get('/api/v1/runs')];
    assert.equal(head.status, 200);
    assert.equal(head.body, '');
    assert.equal(head.headers.get('content-length'), get.headers.get('content-length'));
  });
});
