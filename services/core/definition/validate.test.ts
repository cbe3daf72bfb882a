/** The form of definitions; what their names and expressions mean: validate-names.test.ts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE_DEFINITION } from './example.ts';
import { testBadCases, transform, value, withSteps } from './testing/bad-case.ts';
import { validateDefinition } from './validate.ts';

const good: [name: string, definition: unknown][] = [
  ['the example', EXAMPLE_DEFINITION],
  [
    'templates where numbers and objects stand',
    withSteps({
      b: {
        type: 'llm',
        with: {
          model: '${{ input.m }}',
          prompt: 'x',
          maxTokens: '${{ input.n }}',
          temperature: '${{ 0.5 }}',
        },
      },
      c: {
        type: 'http',
        with: {
          url: '${{ input.url }}',
          method: '${{ input.method }}',
          headers: '${{ input.headers }}',
          query: { page: '${{ input.page }}', n: 1 },
        },
      },
    }),
  ],
  [
    'a step far upstream',
    withSteps({ b: transform(1, ['a']), c: transform('${{ steps.a.output }}', ['b']) }),
  ],
  [
    'a parent that is written later',
    withSteps({ b: transform('${{ steps.c.output }}', ['c']), c: value }),
  ],
  [
    'a map',
    withSteps({
      b: {
        type: 'map',
        needs: ['a'],
        over: '${{ steps.a.output }}',
        concurrency: 3,
        onFailure: 'continue',
        step: {
          type: 'http',
          timeout: '5s',
          retry: { maxAttempts: 2 },
          onFailure: { fallback: '${{ item }}' },
          with: { url: 'https://x.example/${{ item.id }}?i=${{ index }}' },
        },
      },
    }),
  ],
  [
    'a map over a list',
    withSteps({ b: { type: 'map', over: [1, '${{ input.x }}'], step: value } }),
  ],
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
  [
    'a status, an error and attempts',
    withSteps({
      b: {
        ...transform('${{ steps.a.status }} ${{ steps.a.error }} ${{ steps.a.attempts }}', ['a']),
        join: 'all_settled',
        if: "steps.a.status != 'failed'",
      },
    }),
  ],
  ['an escaped template', withSteps({ b: transform('$${{ not an expression') })],
  ['an approval without with', withSteps({ b: { type: 'approval' } })],
  [
    'a run of another workflow, or of this one',
    withSteps({
      b: { type: 'workflow', with: { workflow: 'test', version: 2, input: { n: 1 } } },
      c: {
        type: 'map',
        over: [1, 2],
        step: { type: 'workflow', with: { workflow: '${{ item }}', version: '${{ index }}' } },
      },
    }),
  ],
  [
    'a wait for an event',
    withSteps({
      b: {
        type: 'wait',
        timeout: '30d',
        with: { event: 'order.paid', key: 'order-${{ run.id }}' },
      },
    }),
  ],
  [
    'a run output of any step',
    withSteps({}, { output: { all: '${{ steps.a.output }}' }, timeout: '1h', description: 'x' }),
  ],
];

for (const [name, definition] of good) {
  test(`accepts ${name}`, () => assert.deepEqual(validateDefinition(definition), []));
}

testBadCases([
  ['a list', [], ['', 'type']],
  ['null', null, ['', 'type']],
  ['nothing', {}, ['', 'required'], ['', 'required']],
  ['no steps', { name: 'x', steps: {} }, ['/steps', 'min_properties']],
  ['steps as a list', { name: 'x', steps: [1] }, ['/steps', 'type']],
  ['a bad name', { name: 'Bad Name', steps: { a: value } }, ['/name', 'pattern']],
  ['an unknown field', withSteps({}, { timout: '1s' }), ['/timout', 'unknown_field', /timeout/]],
  [
    'an unknown step field',
    withSteps({ b: { ...value, need: ['a'] } }),
    ['/steps/b/need', 'unknown_field', /needs/],
  ],
  [
    'an unknown field of with',
    withSteps({ b: { type: 'http', with: { url: 'https://x.example', header: {} } } }),
    ['/steps/b/with/header', 'unknown_field', /headers/],
  ],
  [
    'an unknown kind',
    withSteps({ b: { type: 'htp', with: {} } }),
    ['/steps/b/type', 'enum', /http/],
  ],
  ['no kind', withSteps({ b: { with: {} } }), ['/steps/b', 'required']],
  ['a kind of a prototype', withSteps({ b: { type: 'constructor' } }), ['/steps/b/type', 'enum']],
  ['a step that is null', withSteps({ b: null }), ['/steps/b', 'type']],
  ['no with', withSteps({ b: { type: 'http' } }), ['/steps/b', 'required']],
  [
    'a wrong type',
    withSteps({ b: { type: 'http', with: { url: 1 } } }),
    ['/steps/b/with/url', 'type'],
  ],
  [
    'a url that is none',
    withSteps({ b: { type: 'http', with: { url: 'ftp://x' } } }),
    ['/steps/b/with/url', 'pattern'],
  ],
  [
    'a wrong method',
    withSteps({ b: { type: 'http', with: { url: 'https://x.example', method: 'get' } } }),
    ['/steps/b/with/method', 'enum', /GET/],
  ],
  [
    'bad step ids',
    withSteps({ '1st': value, 'a-b': value, ['x'.repeat(65)]: value, '': value }),
    ['/steps/1st', 'step_id'],
    ['/steps/a-b', 'step_id'],
    [`/steps/${'x'.repeat(65)}`, 'step_id'],
    ['/steps/', 'step_id'],
  ],
  [
    'an unknown provider',
    withSteps({ b: { type: 'llm', with: { model: 'opnai/gpt', prompt: 'x' } } }),
    ['/steps/b/with/model', 'unknown_provider', /openai/],
  ],
  [
    'a model without provider',
    withSteps({ b: { type: 'llm', with: { model: 'gpt', prompt: 'x' } } }),
    ['/steps/b/with/model', 'pattern'],
  ],
  [
    'nothing to ask',
    withSteps({ b: { type: 'llm', with: { model: 'openai/x' } } }),
    ['/steps/b/with', 'required'],
  ],
  [
    'headers that the client writes, in any case',
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
    ['/steps/b/with/headers/Host', 'reserved_header', /address/],
    ['/steps/b/with/headers/TE ', 'reserved_header'],
    ['/steps/c/step/with/headers/content-length', 'reserved_header'],
  ],
  [
    'prompt and messages',
    withSteps({
      b: {
        type: 'llm',
        with: { model: 'openai/x', prompt: 'x', messages: [{ role: 'user', content: 'x' }] },
      },
    }),
    ['/steps/b/with/messages', 'exclusive'],
  ],
  [
    'a bad answer schema',
    withSteps({
      b: { type: 'llm', with: { model: 'openai/x', prompt: 'x', schema: { type: 'objct' } } },
    }),
    ['/steps/b/with/schema/type', 'enum', /object/],
  ],
  [
    'a remote reference',
    withSteps({}, { input: { $ref: 'https://x.example/s.json' } }),
    ['/input/$ref', 'remote_ref'],
  ],
  [
    'a backtracking input pattern',
    withSteps({}, { input: { properties: { a: { pattern: '(a)\\1' } } } }),
    ['/input/properties/a/pattern', 'bad_pattern'],
  ],
  [
    'a bad duration',
    withSteps({ b: { ...value, timeout: '5 minutes' } }),
    ['/steps/b/timeout', 'pattern'],
  ],
  [
    'a long duration',
    withSteps({ b: { type: 'delay', with: { duration: '366d' } } }, { timeout: '999999d' }),
    ['/timeout', 'limit'],
    ['/steps/b/with/duration', 'limit'],
  ],
  [
    'bad retries',
    withSteps({
      b: { ...value, retry: { maxAttempts: 0, backoff: 'linear', delay: '1', tries: 2 } },
    }),
    ['/steps/b/retry/tries', 'unknown_field'],
    ['/steps/b/retry/maxAttempts', 'minimum'],
    ['/steps/b/retry/backoff', 'enum'],
    ['/steps/b/retry/delay', 'pattern'],
  ],
  [
    'a bad onFailure',
    withSteps({ b: { ...value, onFailure: 'stop' }, c: { ...value, onFailure: {} } }),
    ['/steps/b/onFailure', 'enum'],
    ['/steps/c/onFailure', 'required'],
  ],
  ['a bad join', withSteps({ b: { ...value, join: 'any' } }), ['/steps/b/join', 'enum']],
  [
    'a map in a map',
    withSteps({ b: { type: 'map', over: [1], step: { type: 'map', over: [1], step: value } } }),
    ['/steps/b/step/type', 'map_in_map'],
  ],
  [
    'a map over text',
    withSteps({ b: { type: 'map', over: 'abc', step: value } }),
    ['/steps/b/over', 'over_expression'],
  ],
  ['a map without step', withSteps({ b: { type: 'map', over: [1] } }), ['/steps/b', 'required']],
  [
    'a map that retries',
    withSteps({ b: { type: 'map', over: [1], step: value, retry: { maxAttempts: 2 } } }),
    ['/steps/b/retry', 'unknown_field'],
  ],
  [
    'an item that needs',
    withSteps({ b: { type: 'map', over: [1], step: { ...value, needs: ['a'] } } }),
    ['/steps/b/step/needs', 'unknown_field'],
  ],
  [
    'too many items',
    withSteps({ b: { type: 'map', over: Array.from({ length: 10_001 }, () => 1), step: value } }),
    ['/steps/b/over', 'limit'],
  ],
  [
    'two approvers',
    withSteps({ b: { type: 'approval', with: { approver: { role: 'x', user: 'y' } } } }),
    ['/steps/b/with/approver', 'max_properties'],
  ],
  [
    'a workflow whose name cannot be one',
    withSteps({ b: { type: 'workflow', with: { workflow: 'No Name', version: 0 } } }),
    ['/steps/b/with/workflow', 'pattern'],
    ['/steps/b/with/version', 'minimum'],
  ],
  [
    'a secret handed to another run',
    withSteps({
      b: { type: 'workflow', with: { workflow: 'other', input: '${{ secrets.token }}' } },
    }),
    ['/steps/b/with/input', 'secret_not_allowed'],
  ],
  [
    'an event without a key',
    withSteps({ b: { type: 'wait', with: { event: 'order paid' } } }),
    ['/steps/b/with', 'required'],
    ['/steps/b/with/event', 'pattern'],
  ],
  [
    'too deep',
    withSteps({ b: transform(JSON.parse('['.repeat(70) + ']'.repeat(70))) }),
    ['', 'limit'],
  ],
  [
    'too many steps',
    {
      name: 'x',
      steps: Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`s${n}`, value])),
    },
    ['/steps', 'limit'],
  ],
  ['too large', withSteps({ b: transform('x'.repeat(2_100_000)) }), ['', 'limit']],
]);

test('all faults at once, up to a bound', () => {
  const steps = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`s${n}`, { type: 'nope' }]),
  );
  const faults = validateDefinition({ name: 'Bad', steps });
  assert.equal(faults.length, 101);
  assert.equal(faults.at(-1)!.rule, 'more');
});
