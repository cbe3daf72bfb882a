/** The names in needs and expressions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBadCases, transform, value, withSteps } from './testing/cases.ts';
import { validateDefinition } from './validate.ts';

testBadCases([
  [
    'an unknown need',
    withSteps({ fetch: value, b: { ...value, needs: ['fecth'] } }),
    ['/steps/b/needs/0', 'unknown_step'],
  ],
  [
    'a misspelt need',
    withSteps({ fetch_all: value, b: { ...value, needs: ['fetch_al'] } }),
    ['/steps/b/needs/0', 'unknown_step', /fetch_all/],
  ],
  [
    'a step that needs itself',
    withSteps({ b: { ...value, needs: ['b'] } }),
    ['/steps/b/needs/0', 'self_need'],
  ],
  [
    'a duplicate need',
    withSteps({ b: { ...value, needs: ['a', 'a'] } }),
    ['/steps/b/needs/1', 'duplicate'],
  ],
  ['a wrong need', withSteps({ b: { ...value, needs: [1] } }), ['/steps/b/needs/0', 'type']],
  [
    'an expression that does not parse',
    withSteps({ b: transform('x ${{ 1 + }}') }),
    ['/steps/b/with/value', 'expression_syntax'],
  ],
  [
    'an if that does not parse',
    withSteps({ b: { ...value, if: 'a ==' } }),
    ['/steps/b/if', 'expression_syntax'],
  ],
  [
    'an unclosed expression after a wrong one',
    withSteps({ b: transform('${{ x }} ${{ 1') }),
    ['/steps/b/with/value', 'unknown_variable'],
    ['/steps/b/with/value', 'expression_syntax'],
  ],
  [
    'a long expression',
    withSteps({ b: transform(`\${{ "${'x'.repeat(5_000)}" }}`) }),
    ['/steps/b/with/value', 'expression_length'],
  ],
  [
    'a deep expression',
    withSteps({ b: transform(`\${{ 1${'+1'.repeat(500)} }}`) }),
    ['/steps/b/with/value', 'expression_depth'],
  ],
  [
    'a step that is not upstream',
    withSteps({ b: transform('${{ steps.a.output }}') }),
    ['/steps/b/with/value', 'not_upstream', /add "a" to needs/],
  ],
  [
    'a step downstream',
    withSteps({ b: transform('${{ steps.c.output }}'), c: transform(1, ['b']) }),
    ['/steps/b/with/value', 'not_upstream'],
  ],
  [
    'a step that reads itself',
    withSteps({ b: transform('${{ steps.b.output }}') }),
    ['/steps/b/with/value', 'not_upstream'],
  ],
  [
    'an unknown step',
    withSteps({ b: transform('${{ steps.aa.output }}', ['a']) }),
    ['/steps/b/with/value', 'unknown_step'],
  ],
  [
    'an unknown step in the output',
    withSteps({}, { output: '${{ steps.zz.output }}' }),
    ['/output', 'unknown_step'],
  ],
  [
    'a dynamic step',
    withSteps({ b: transform('${{ steps[input.x].output }}', ['a']) }),
    ['/steps/b/with/value', 'dynamic_step'],
  ],
  [
    'an unknown field of a step',
    withSteps({ b: transform('${{ steps.a.outputs }}', ['a']) }),
    ['/steps/b/with/value', 'unknown_field', /output/],
  ],
  [
    'an unknown variable',
    withSteps({ b: transform('${{ inputs.x }}') }),
    ['/steps/b/with/value', 'unknown_variable', /input/],
  ],
  [
    'an unknown function',
    withSteps({ b: transform('${{ sizee(input) }}') }),
    ['/steps/b/with/value', 'unknown_function', /size/],
  ],
  [
    'wrong arguments',
    withSteps({ b: transform('${{ size() + input.x.map(x) }}') }),
    ['/steps/b/with/value', 'argument_count'],
    ['/steps/b/with/value', 'argument_count'],
  ],
  [
    'a bad pattern',
    withSteps({ b: transform('${{ input.x.matches("(?=a)") }}') }),
    ['/steps/b/with/value', 'bad_pattern'],
  ],
  [
    'item outside a map',
    withSteps({ b: transform('${{ item + index }}') }),
    ['/steps/b/with/value', 'item_outside_map'],
    ['/steps/b/with/value', 'item_outside_map'],
  ],
  [
    'item in over',
    withSteps({ b: { type: 'map', over: '${{ item }}', step: value } }),
    ['/steps/b/over', 'item_outside_map'],
  ],
  [
    'secrets in a url',
    withSteps({ b: { type: 'http', with: { url: 'https://x.example/${{ secrets.k }}' } } }),
    ['/steps/b/with/url', 'secret_not_allowed'],
  ],
  [
    'secrets in a prompt',
    withSteps({ b: { type: 'llm', with: { model: 'openai/x', prompt: '${{ secrets.k }}' } } }),
    ['/steps/b/with/prompt', 'secret_not_allowed'],
  ],
  [
    'all secrets',
    withSteps({
      b: { type: 'http', with: { url: 'https://x.example', body: '${{ json(secrets) }}' } },
    }),
    ['/steps/b/with/body', 'dynamic_secret'],
  ],
  [
    'secrets in fields that do not allow them',
    withSteps(
      {
        b: { type: 'transform', if: 'secrets.k == "x"', with: { value: 1 } },
        c: {
          type: 'map',
          over: '${{ [secrets.k] }}',
          step: {
            type: 'http',
            with: { url: 'https://x.example', query: { k: '${{ secrets.k }}' } },
            onFailure: { fallback: '${{ secrets.k }}' },
          },
        },
        d: { type: 'approval', with: { message: '${{ secrets.k }}' } },
        e: { type: 'wait', with: { event: 'x', key: '${{ secrets.k }}' } },
        f: {
          type: 'http',
          with: { url: 'https://x.example' },
          onFailure: { fallback: { a: '${{ secrets.k }}' } },
        },
      },
      { output: '${{ secrets.k }}' },
    ),
    ['/steps/b/if', 'secret_not_allowed', /headers and body of http steps/],
    ['/steps/c/over', 'secret_not_allowed'],
    ['/steps/c/step/with/query/k', 'secret_not_allowed'],
    ['/steps/c/step/onFailure/fallback', 'secret_not_allowed'],
    ['/steps/d/with/message', 'secret_not_allowed'],
    ['/steps/e/with/key', 'secret_not_allowed'],
    ['/steps/f/onFailure/fallback/a', 'secret_not_allowed'],
    ['/output', 'secret_not_allowed'],
  ],
  [
    'an impossible secret name',
    withSteps({
      b: { type: 'http', with: { url: 'https://x.example', body: "${{ secrets['a-b'] }}" } },
    }),
    ['/steps/b/with/body', 'bad_secret_name', /letters, digits and _/],
  ],
  [
    'a template in a key',
    withSteps({ b: transform({ '${{ input.k }}': 1 }) }),
    ['/steps/b/with/value/${{ input.k }}', 'template_in_key'],
  ],
]);

test('each cycle is reported once, with its path', () => {
  const steps = {
    b: transform(1, ['d', 'a']),
    c: transform(1, ['b']),
    d: transform(1, ['c']),
    e: transform(1, ['d']),
    f: transform(1, ['g']),
    g: transform(1, ['f']),
  };
  const cycles = validateDefinition(withSteps(steps)).map(({ rule, message }) => [rule, message]);
  assert.deepEqual(cycles, [
    ['cycle', 'the steps form a cycle: c -> d -> b -> c'],
    ['cycle', 'the steps form a cycle: g -> f -> g'],
  ]);
});

test('a fault has the position in the string', () => {
  const [fault] = validateDefinition(withSteps({ b: transform('ab ${{ nope }}') }));
  assert.match(fault!.message, /nope is not available here \(character 8\)/);
});
