import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';

interface Case {
  name: string;
  method?: string;
  path: string;
  type?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  status: number;
  code: string;
}

const WORKFLOWS = '/api/v1/workflows';
const RUNS = '/api/v1/workflows/chain/runs';
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
  type: string,
  body: Case['body'],
  status: number,
  code: string,
): Case {
  return { name, method: 'POST', path, type, status, code, ...(body !== undefined && { body }) };
}

const CASES: Case[] = [
  post('no JSON', WORKFLOWS, JSON_TYPE, '{"name":', 400, 'bad_json'),
  post('no body', WORKFLOWS, JSON_TYPE, '', 400, 'bad_json'),
  post('a comment in JSON', RUNS, JSON_TYPE, '{} // x', 400, 'bad_json'),
  post('NaN', RUNS, JSON_TYPE, '{"input":NaN}', 400, 'bad_json'),
  post('__proto__', RUNS, JSON_TYPE, '{"input":{"n":1},"__proto__":{"x":1}}', 400, 'bad_json'),
  post(
    '__proto__ deep inside',
    RUNS,
    JSON_TYPE,
    '{"input":{"n":{"__proto__":{}}}}',
    400,
    'bad_json',
  ),
  post(
    'constructor.prototype',
    RUNS,
    JSON_TYPE,
    '{"input":{"constructor":{"prototype":{}}}}',
    400,
    'bad_json',
  ),
  post('JSON too deep', RUNS, JSON_TYPE, `{"input":${nested(100_000)}}`, 422, 'too_deep'),
  post('invalid UTF-8', RUNS, JSON_TYPE, Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 400, 'bad_request'),
  post('a YAML bomb', WORKFLOWS, YAML_TYPE, BOMB, 400, 'bad_yaml'),
  post('no YAML', WORKFLOWS, YAML_TYPE, 'a: [', 400, 'bad_yaml'),
  post('several YAML documents', WORKFLOWS, YAML_TYPE, 'a: 1\n---\nb: 2', 400, 'bad_yaml'),
  post('YAML too deep', WORKFLOWS, YAML_TYPE, nested(5_000), 422, 'too_deep'),
  post('a list for a definition', WORKFLOWS, JSON_TYPE, '[]', 422, 'validation_failed'),
  post('null for a definition', WORKFLOWS, JSON_TYPE, 'null', 422, 'validation_failed'),
  post('an unknown field', WORKFLOWS, JSON_TYPE, inChain({ stepz: {} }), 422, 'validation_failed'),
  post(
    'steps of a wrong type',
    WORKFLOWS,
    JSON_TYPE,
    inChain({ steps: [1] }),
    422,
    'validation_failed',
  ),
  post(
    'NUL in a definition',
    WORKFLOWS,
    JSON_TYPE,
    inChain({ description: 'a\0' }),
    422,
    'validation_failed',
  ),
  post(
    'an unpaired surrogate',
    WORKFLOWS,
    JSON_TYPE,
    inChain({ description: '\ud800' }),
    422,
    'validation_failed',
  ),
  post(
    'NUL in an input',
    RUNS,
    JSON_TYPE,
    '{"input":{"n":1,"x":"\\u0000"}}',
    422,
    'validation_failed',
  ),
  post('an unknown field of a run', RUNS, JSON_TYPE, '{"inputs":{}}', 422, 'validation_failed'),
  post('a list for a run', RUNS, JSON_TYPE, '[]', 422, 'validation_failed'),
  post(
    'a version that is no integer',
    RUNS,
    JSON_TYPE,
    '{"version":1.5}',
    422,
    'validation_failed',
  ),
  post('a version beyond integers', RUNS, JSON_TYPE, '{"version":1e300}', 422, 'validation_failed'),
  post(
    'a much too large input',
    RUNS,
    JSON_TYPE,
    `{"input":"${'x'.repeat(1_100_000)}"}`,
    413,
    'too_large',
  ),
  post(
    'an input just above the limit',
    RUNS,
    JSON_TYPE,
    `{"input":"${'x'.repeat(1_048_576)}"}`,
    413,
    'too_large',
  ),
  post(
    'a too large definition',
    WORKFLOWS,
    JSON_TYPE,
    `"${'x'.repeat(2_200_000)}"`,
    413,
    'too_large',
  ),
  post('text', RUNS, 'text/plain', '{}', 415, 'unsupported_media_type'),
  post('a form', RUNS, 'application/x-www-form-urlencoded', 'a=1', 415, 'unsupported_media_type'),
  post('YAML instead of JSON', RUNS, YAML_TYPE, 'input: 1', 415, 'unsupported_media_type'),
  post(
    'another charset',
    RUNS,
    'application/json; charset=utf-16',
    '{}',
    415,
    'unsupported_media_type',
  ),
  post('a broken media type', RUNS, 'application/json; charset=', '{', 400, 'bad_json'),
  {
    ...post('compressed', RUNS, JSON_TYPE, '{}', 415, 'unsupported_media_type'),
    headers: { 'content-encoding': 'gzip' },
  },
  {
    ...post('a key with spaces', RUNS, JSON_TYPE, '{}', 400, 'bad_request'),
    headers: { 'idempotency-key': 'a b' },
  },
  {
    ...post('a key too long', RUNS, JSON_TYPE, '{}', 400, 'bad_request'),
    headers: { 'idempotency-key': 'x'.repeat(256) },
  },
  { name: 'an unknown path', path: '/api/v1/nope', status: 404, code: 'not_found' },
  { name: 'an unknown version', path: '/api/v2/runs', status: 404, code: 'not_found' },
  { name: 'another case', path: '/API/v1/runs', status: 404, code: 'not_found' },
  { name: 'dots', path: '/api/v1/runs/..%2f..%2fhealth', status: 404, code: 'not_found' },
  { name: 'a broken escape', path: '/api/v1/workflows/%E0%A4%A', status: 404, code: 'not_found' },
  { name: 'NUL in a path', path: '/api/v1/workflows/a%00b', status: 404, code: 'not_found' },
  {
    name: 'a wrong method',
    method: 'DELETE',
    path: '/api/v1/runs',
    status: 405,
    code: 'method_not_allowed',
  },
  {
    name: 'GET of an action',
    path: '/api/v1/workflows/chain/runs',
    status: 405,
    code: 'method_not_allowed',
  },
  {
    name: 'PATCH of a run',
    method: 'PATCH',
    path: '/api/v1/runs/x',
    status: 405,
    code: 'method_not_allowed',
  },
  {
    name: 'HTML',
    path: '/api/v1/runs',
    headers: { accept: 'text/html' },
    status: 406,
    code: 'not_acceptable',
  },
  {
    name: 'JSON of a stream',
    path: '/api/v1/events/runs',
    headers: { accept: JSON_TYPE },
    status: 406,
    code: 'not_acceptable',
  },
  ...[
    'limit=0',
    'limit=201',
    'limit=x',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'limits=1',
    'cursor=!',
    'cursor=nope',
    'cursor=%00',
    'status=queued,nope',
    'status=',
    'workflow=UPPER',
    'workflow=a%00b',
    'createdAfter=yesterday',
    'createdAfter=2026-13-41T00:00:00Z',
    'createdBefore=%ff',
    '__proto__=1',
  ].map((query): Case => ({
    name: `?${query}`,
    path: `/api/v1/runs?${query}`,
    status: 400,
    code: 'bad_request',
  })),
  { name: '?require=nope', path: '/ready?require=nope', status: 400, code: 'bad_request' },
  {
    name: '?outputs=1',
    path: '/api/v1/runs/01930000-0000-7000-8000-000000000001?outputs=1',
    status: 400,
    code: 'bad_request',
  },
];

test('bad input gets a 4xx with problem details', async (t) => {
  const api = await startTestApi(t);
  await api.post(WORKFLOWS, CHAIN);

  for (const { name, method = 'GET', path, type, headers = {}, body, status, code } of CASES) {
    await t.test(name, async () => {
      const answer = await api.call(method, path, {
        ...(body !== undefined && { body }),
        headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
      });
      assert.deepEqual(
        [answer.status, answer.body.code],
        [status, code],
        JSON.stringify(answer.body),
      );
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      assert.equal(answer.body.type, `/api/v1/problems/${code}`);
      assert.doesNotMatch(JSON.stringify(answer.body), /node_modules|\.ts:\d|at \w+ \(/);
    });
  }

  await t.test('the API logs no error', () => {
    assert.deepEqual(api.faults(), []);
  });
});
