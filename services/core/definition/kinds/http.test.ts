import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '../compile.ts';
import { testBadCases, testGoodCases, withSteps } from '../testing/cases.ts';
import { kind } from './http.ts';

testGoodCases([
  [
    'secrets in headers and body',
    withSteps({
      b: {
        type: 'http',
        with: {
          url: 'https://x.example',
          headers: { authorization: 'Bearer ${{ secrets.token }}' },
          body: { key: '${{ secrets.key }}' },
        },
      },
    }),
  ],
]);

testBadCases([
  [
    'an invalid URL',
    withSteps({ b: { type: 'http', with: { url: 'ftp://x' } } }),
    ['/steps/b/with/url', 'pattern'],
  ],
  [
    'a wrong method',
    withSteps({ b: { type: 'http', with: { url: 'https://x.example', method: 'get' } } }),
    ['/steps/b/with/method', 'enum', /GET/],
  ],
  [
    'headers that the HTTP client sets, in any case',
    withSteps({
      b: {
        type: 'http',
        with: { url: 'https://x.example', headers: { Host: 'a', accept: 'b', 'TE ': 'c' } },
      },
      c: {
        type: 'map',
        over: [1],
        step: {
          type: 'http',
          with: { url: 'https://x.example', headers: { 'content-length': '${{ item }}' } },
        },
      },
    }),
    ['/steps/b/with/headers/Host', 'reserved_header', /URL/],
    ['/steps/b/with/headers/TE ', 'reserved_header'],
    ['/steps/c/step/with/headers/content-length', 'reserved_header'],
  ],
  ['no with', withSteps({ b: { type: 'http' } }), ['/steps/b', 'required']],
  [
    'a secret in the address',
    withSteps({ b: { type: 'http', with: { url: 'https://x.example/${{ secrets.token }}' } } }),
    ['/steps/b/with/url', 'secret_not_allowed'],
  ],
]);

test('a computed header is checked after evaluation', () => {
  const headers = '${{ {input.name: "x"} }}';
  const plan = compilePlan({
    name: 'a',
    steps: { ask: { type: 'http', with: { url: 'https://x.example', headers } } },
  });
  const { work } = plan.steps[0]!;
  for (const [name, rules] of [
    ['HOST', ['reserved_header']],
    ['x-host', []],
  ] as const) {
    const evaluated = work.with.evaluate({ input: { name }, run: { id: 'r' }, steps: {} });
    assert.deepEqual(
      work.validateWith(evaluated).map(({ rule }) => rule),
      rules,
    );
  }
});

test('has a separate lane, and a timeout of 30 s', () => {
  assert.deepEqual(
    [kind.lane, kind.slots, kind.waitsFor, kind.defaultTimeoutMs],
    ['http', 64, null, 30_000],
  );
});
