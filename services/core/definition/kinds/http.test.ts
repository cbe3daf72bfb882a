import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../compile.ts';
import { testBadCases, testSteps, withSteps } from '../testing/cases.ts';

const url = 'https://x.example';
const { accepts, finds } = testSteps((given: object) => ({ type: 'http', with: given }));

accepts('secrets in headers and body', {
  url,
  headers: { authorization: 'Bearer ${{ secrets.token }}' },
  body: { key: '${{ secrets.key }}' },
});

finds('an invalid URL', { url: 'ftp://x' }, ['/with/url', 'pattern']);
finds('a wrong method', { url, method: 'get' }, ['/with/method', 'enum', /GET/]);
finds(
  'headers that the HTTP client sets, in any case',
  { url, headers: { Host: 'a', accept: 'b', 'TE ': 'c' } },
  ['/with/headers/Host', 'reserved_header', /URL/],
  ['/with/headers/TE ', 'reserved_header'],
);
finds('a secret in the address', { url: `${url}/\${{ secrets.token }}` }, [
  '/with/url',
  'secret_not_allowed',
]);

const item = { type: 'http', with: { url, headers: { 'content-length': '${{ item }}' } } };
testBadCases([
  [
    'a header of an item that the HTTP client sets',
    withSteps({ b: { type: 'map', over: [1], step: item } }),
    ['/steps/b/step/with/headers/content-length', 'reserved_header'],
  ],
  ['no with', withSteps({ b: { type: 'http' } }), ['/steps/b', 'required']],
]);

test('a computed header is checked after evaluation', () => {
  const headers = '${{ {input.name: "x"} }}';
  const plan = compilePlan({ name: 'a', steps: { ask: { type: 'http', with: { url, headers } } } });
  const { work } = plan.steps[0]!;
  for (const [name, rules] of [
    ['HOST', ['reserved_header']],
    ['x-host', []],
  ] as const) {
    const evaluated = work.with.evaluate({ input: { name }, run: { id: 'r' }, steps: {} });
    const found = work.validateWith(evaluated).map(({ rule }) => rule);
    assert.deepEqual(found, rules);
  }
});
