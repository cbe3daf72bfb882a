/** The form of definitions. For names and expressions see validate-names.test.ts, for each kind kinds/. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE_DEFINITION } from './example.ts';
import {
  testBadCases,
  testGoodCases,
  testSteps,
  transform,
  value,
  withSteps,
} from './testing/cases.ts';
import { validateDefinition } from './validate.ts';

const LLM = { type: 'llm', with: { model: 'openai/gpt-6-luna', prompt: 'x' } };

testGoodCases([
  ['the example', EXAMPLE_DEFINITION],
  [
    'templates in place of numbers and objects',
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
    'a parent that follows in the text',
    withSteps({ b: transform('${{ steps.c.output }}', ['c']), c: value }),
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
  ['a title', withSteps({}, { title: '${{ input.n }} of ${{ run.id }}' })],
  [
    'labels',
    withSteps({}, { labels: { customer: '${{ input.c }}', run_1: '${{ run.id }}', env: 'x' } }),
  ],
  ['an escaped template', withSteps({ b: transform('$${{ not an expression') })],
  [
    'a run output of any step',
    withSteps({}, { output: { all: '${{ steps.a.output }}' }, timeout: '1h', description: 'x' }),
  ],
]);

testBadCases([
  ['a list', [], ['', 'type']],
  ['null', null, ['', 'type']],
  ['nothing', {}, ['', 'required'], ['', 'required']],
  ['no steps', { name: 'x', steps: {} }, ['/steps', 'min_properties']],
  ['steps as a list', { name: 'x', steps: [1] }, ['/steps', 'type']],
  ['a bad name', { name: 'Bad Name', steps: { a: value } }, ['/name', 'pattern']],
  ['an unknown field', withSteps({}, { timout: '1s' }), ['/timout', 'unknown_field', /timeout/]],
  ['a long title', withSteps({}, { title: 'x'.repeat(1_025) }), ['/title', 'max_length']],
  [
    'a title that reads steps',
    withSteps({}, { title: '${{ steps.a.output }} ${{ steps.b.status }}' }),
    ['/title', 'before_steps', /input and run\.id/],
    ['/title', 'before_steps'],
  ],
  [
    'secrets and items in a title',
    withSteps({}, { title: '${{ secrets.key }} ${{ item }}' }),
    ['/title', 'secret_not_allowed'],
    ['/title', 'item_outside_map'],
  ],
  [
    'labels that read steps and secrets',
    withSteps({}, { labels: { a: '${{ steps.a.output }}', b: '${{ secrets.key }}' } }),
    ['/labels/a', 'before_steps'],
    ['/labels/b', 'secret_not_allowed'],
  ],
  [
    'bad names and values of labels',
    withSteps({}, { labels: { Customer: 'x', ['x'.repeat(33)]: 'x', n: 1 } }),
    ['/labels/Customer', 'unknown_field'],
    [`/labels/${'x'.repeat(33)}`, 'unknown_field'],
    ['/labels/n', 'type'],
  ],
  [
    'six labels',
    withSteps({}, { labels: { a: '', b: '', c: '', d: '', e: '', f: '' } }),
    ['/labels', 'max_properties'],
  ],
  ['a step that is null', withSteps({ b: null }), ['/steps/b', 'type']],
  [
    'bad step ids',
    withSteps({ '1st': value, 'a-b': value, ['x'.repeat(65)]: value, '': value }),
    ['/steps/1st', 'step_id'],
    ['/steps/a-b', 'step_id'],
    [`/steps/${'x'.repeat(65)}`, 'step_id'],
    ['/steps/', 'step_id'],
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
    'a long duration',
    withSteps({ b: { ...value, timeout: '366d' } }, { timeout: '999999d' }),
    ['/timeout', 'limit'],
    ['/steps/b/timeout', 'limit'],
  ],
  [
    'a timeout that its kind does not allow',
    withSteps({
      a: { type: 'http', with: { url: 'http://x/' }, timeout: '901s' },
      b: { type: 'map', over: [1], step: { ...LLM, timeout: '2h' } },
      c: { type: 'http', with: { url: 'http://x/' }, timeout: '15m' },
      d: { ...LLM, timeout: '1h' },
      e: { ...value, timeout: '1d' },
    }),
    ['/steps/a/timeout', 'limit', /15m/],
    ['/steps/b/step/timeout', 'limit', /60m/],
  ],
  [
    'a bad onFailure',
    withSteps({ b: { ...value, onFailure: 'stop' }, c: { ...value, onFailure: {} } }),
    ['/steps/b/onFailure', 'enum'],
    ['/steps/c/onFailure', 'enum'],
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

const { finds } = testSteps((step: object) => step);

finds('an unknown step field', { ...value, need: ['a'] }, ['/need', 'unknown_field', /needs/]);
finds(
  'an unknown field of with',
  { type: 'http', with: { url: 'https://x.example', header: {} } },
  ['/with/header', 'unknown_field', /headers/],
);
finds('an unknown kind', { type: 'htp', with: {} }, ['/type', 'enum', /http/]);
finds('no kind', { with: {} }, ['', 'required']);
finds('the name of a prototype member as the kind', { type: 'constructor' }, ['/type', 'enum']);
finds('a wrong type', { type: 'http', with: { url: 1 } }, ['/with/url', 'type']);
finds('a bad duration', { ...value, timeout: '5 minutes' }, ['/timeout', 'pattern']);
finds(
  'bad retries',
  { ...value, retry: { maxAttempts: 0, backoff: 'linear', delay: '1', tries: 2 } },
  ['/retry/tries', 'unknown_field'],
  ['/retry/maxAttempts', 'minimum'],
  ['/retry/backoff', 'enum'],
  ['/retry/delay', 'pattern'],
);
finds('a bad join', { ...value, join: 'any' }, ['/join', 'enum']);

test('reports all faults at once, up to the limit', () => {
  const steps = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`s${n}`, { type: 'nope' }]),
  );
  const faults = validateDefinition({ name: 'Bad', steps });
  assert.equal(faults.length, 101);
  assert.equal(faults.at(-1)!.rule, 'more');
});
