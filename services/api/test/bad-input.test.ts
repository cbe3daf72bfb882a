import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import type { CallOptions } from '../testing/test-client.ts';

type Case = [name: string, path: string, request?: CallOptions & { method?: string }];

const WORKFLOWS = '/api/v1/workflows';
const RUNS = '/api/v1/workflows/chain/runs';
const RUN = '/api/v1/runs/01930000-0000-7000-8000-000000000001';
const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';

const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 12 }, (_, level) => {
    const [from, to] = [String.fromCodePoint(97 + level), String.fromCodePoint(98 + level)];
    return `${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`;
  }),
].join('\n');

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const inChain = (change: object): string => JSON.stringify({ ...CHAIN, ...change });

function post(
  name: string,
  path: string,
  body: string | Uint8Array,
  type = JSON_TYPE,
  headers: Record<string, string> = {},
): Case {
  return [name, path, { method: 'POST', body, headers: { 'content-type': type, ...headers } }];
}

const QUERIES = [
  'limit=0 limit=201 limit=x limit=1.5 limit= limit=1&limit=2 limits=1',
  'cursor=! cursor=nope status=queued,nope status= workflow=UPPER',
  'createdAfter=yesterday createdAfter=2026-13-41T00:00:00Z createdBefore=%ff __proto__=1',
].flatMap((line) => line.split(' '));

/** Requests by the status and the code of their problem. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  '400 bad_json': [
    post('no JSON', WORKFLOWS, '{"name":'),
    post('no body', WORKFLOWS, ''),
    post('a comment in JSON', RUNS, '{} // x'),
    post('NaN', RUNS, '{"input":NaN}'),
    post('__proto__', RUNS, '{"input":{"n":1},"__proto__":{"x":1}}'),
    post('__proto__ deep inside', RUNS, '{"input":{"n":{"__proto__":{}}}}'),
    post('constructor.prototype', RUNS, '{"input":{"constructor":{"prototype":{}}}}'),
    post('a broken media type', RUNS, '{', 'application/json; charset='),
  ],
  '400 bad_yaml': [
    post('a YAML bomb', WORKFLOWS, BOMB, YAML_TYPE),
    post('no YAML', WORKFLOWS, 'a: [', YAML_TYPE),
    post('several YAML documents', WORKFLOWS, 'a: 1\n---\nb: 2', YAML_TYPE),
  ],
  '400 bad_request': [
    post('invalid UTF-8', RUNS, Uint8Array.of(0x22, 0xc3, 0x28, 0x22)),
    post('a key with spaces', RUNS, '{}', JSON_TYPE, { 'idempotency-key': 'a b' }),
    post('a key too long', RUNS, '{}', JSON_TYPE, { 'idempotency-key': 'x'.repeat(256) }),
    ...QUERIES.map((query): Case => [`?${query}`, `/api/v1/runs?${query}`]),
    ['?require=nope', '/ready?require=nope'],
    ['?outputs=1', `${RUN}?outputs=1`],
  ],
  '404 not_found': [
    ['an unknown path', '/api/v1/nope'],
    ['an unknown version', '/api/v2/runs'],
    ['another case', '/API/v1/runs'],
    ['dots', '/api/v1/runs/..%2f..%2fhealth'],
    ['a broken escape', '/api/v1/workflows/%E0%A4%A'],
  ],
  '405 method_not_allowed': [
    ['a wrong method', '/api/v1/runs', { method: 'DELETE' }],
    ['GET of an action', RUNS],
    ['PATCH of a run', '/api/v1/runs/x', { method: 'PATCH' }],
  ],
  '406 not_acceptable': [
    ['HTML', '/api/v1/runs', { headers: { accept: 'text/html' } }],
    ['JSON of a stream', `${RUN}/events`, { headers: { accept: JSON_TYPE } }],
  ],
  '415 unsupported_media_type': [
    post('text', RUNS, '{}', 'text/plain'),
    post('a form', RUNS, 'a=1', 'application/x-www-form-urlencoded'),
    post('YAML instead of JSON', RUNS, 'input: 1', YAML_TYPE),
    post('another charset', RUNS, '{}', 'application/json; charset=utf-16'),
    post('compressed', RUNS, '{}', JSON_TYPE, { 'content-encoding': 'gzip' }),
  ],
  '422 too_deep': [
    post('JSON too deep', RUNS, `{"input":${nested(100_000)}}`),
    post('YAML too deep', WORKFLOWS, nested(5_000), YAML_TYPE),
  ],
  '422 validation_failed': [
    post('a list for a definition', WORKFLOWS, '[]'),
    post('null for a definition', WORKFLOWS, 'null'),
    post('an unknown field', WORKFLOWS, inChain({ stepz: {} })),
    post('steps of a wrong type', WORKFLOWS, inChain({ steps: [1] })),
    post('an unknown field of a run', RUNS, '{"inputs":{}}'),
    post('a list for a run', RUNS, '[]'),
    post('a version that is no integer', RUNS, '{"version":1.5}'),
    post('a version beyond integers', RUNS, '{"version":1e300}'),
  ],
};

test('bad input gets a 4xx with problem details', async (t) => {
  const api = await startTestApi(t);
  await api.post(WORKFLOWS, CHAIN);

  for (const [outcome, cases] of Object.entries(CASES))
    for (const [name, path, { method = 'GET', ...request } = {}] of cases)
      await t.test(name, async () => {
        const { status, headers, body } = await api.call(method, path, request);
        assert.equal(`${status} ${body.code}`, outcome, JSON.stringify(body));
        assert.equal(headers.get('content-type'), 'application/problem+json');
        assert.equal(body.type, `/api/v1/problems/${body.code}`);
        assert.doesNotMatch(JSON.stringify(body), /node_modules|\.ts:\d|at \w+ \(/);
      });

  await t.test('the API logs no error', () => {
    assert.deepEqual(api.faults(), []);
  });
});
