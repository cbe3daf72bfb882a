/** The names in needs and expressions. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BadCase,
  type Fault,
  testBadCases,
  testSteps,
  transform,
  value,
  withSteps,
} from './testing/cases.ts';
import { validateDefinition } from './validate.ts';

const { finds } = testSteps((step: object) => step);

finds('a step that needs itself', { ...value, needs: ['b'] }, ['/needs/0', 'self_need']);
finds('a duplicate need', { ...value, needs: ['a', 'a'] }, ['/needs/1', 'duplicate']);
finds('a wrong need', { ...value, needs: [1] }, ['/needs/0', 'type']);
finds('an if that does not parse', { ...value, if: 'a ==' }, ['/if', 'expression_syntax']);
finds('item in over', { type: 'map', over: '${{ item }}', step: value }, [
  '/over',
  'item_outside_map',
]);
finds(
  'secrets in a prompt',
  { type: 'llm', with: { model: 'openai/x', prompt: '${{ secrets.k }}' } },
  ['/with/prompt', 'secret_not_allowed'],
);

const calls = testSteps((given: object) => ({
  type: 'http',
  with: { url: 'https://x.example', ...given },
}));

calls.finds('all secrets', { body: '${{ json(secrets) }}' }, ['/with/body', 'dynamic_secret']);
calls.finds('an impossible secret name', { body: "${{ secrets['a-b'] }}" }, [
  '/with/body',
  'bad_secret_name',
  /letters, digits and _/,
]);

/** Templates in a step `b` that needs `a`, with the rules that they break and a hint. */
const templates: [name: string, template: string, rules: string | string[], hint?: RegExp][] = [
  ['an expression that does not parse', 'x ${{ 1 + }}', 'expression_syntax'],
  [
    'an unclosed expression after a wrong one',
    '${{ x }} ${{ 1',
    ['unknown_variable', 'expression_syntax'],
  ],
  ['a long expression', `\${{ "${'x'.repeat(5_000)}" }}`, 'expression_length'],
  ['a deep expression', `\${{ 1${'+1'.repeat(500)} }}`, 'expression_depth'],
  ['a step that reads itself', '${{ steps.b.output }}', 'not_upstream'],
  ['an unknown step', '${{ steps.aa.output }}', 'unknown_step'],
  ['a dynamic step', '${{ steps[input.x].output }}', 'dynamic_step'],
  ['an unknown field of a step', '${{ steps.a.outputs }}', 'unknown_field', /output/],
  ['an unknown variable', '${{ inputs.x }}', 'unknown_variable', /input/],
  ['an unknown function', '${{ sizee(input) }}', 'unknown_function', /size/],
  ['wrong arguments', '${{ size() + input.x.map(x) }}', ['argument_count', 'argument_count']],
  ['a bad pattern', '${{ input.x.matches("(?=a)") }}', 'bad_pattern'],
  ['item outside a map', '${{ item + index }}', ['item_outside_map', 'item_outside_map']],
];

testBadCases(
  templates.map(([name, template, rules, hint]): BadCase => [
    name,
    withSteps({ b: transform(template, ['a']) }),
    ...[rules].flat().map((rule): Fault => ['/steps/b/with/value', rule, hint]),
  ]),
);

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
    'an unknown step in the output',
    withSteps({}, { output: '${{ steps.zz.output }}' }),
    ['/output', 'unknown_step'],
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
          },
        },
        d: { type: 'approval', with: { message: '${{ secrets.k }}' } },
        e: { type: 'wait', with: { event: 'x', key: '${{ secrets.k }}' } },
      },
      { output: '${{ secrets.k }}' },
    ),
    ['/steps/b/if', 'secret_not_allowed', /headers and body of http steps/],
    ['/steps/c/over', 'secret_not_allowed'],
    ['/steps/c/step/with/query/k', 'secret_not_allowed'],
    ['/steps/d/with/message', 'secret_not_allowed'],
    ['/steps/e/with/key', 'secret_not_allowed'],
    ['/output', 'secret_not_allowed'],
  ],
  [
    'a template in a key',
    withSteps({ b: transform({ '${{ input.k }}': 1 }) }),
    ['/steps/b/with/value/${{ input.k }}', 'template_in_key'],
  ],
]);

test('a cycle is reported once, with its path', () => {
  const steps = {
    b: transform(1, ['d', 'a']),
    c: transform(1, ['b']),
    d: transform(1, ['c']),
    e: transform(1, ['d']),
    f: transform(1, ['g']),
    g: transform(1, ['f']),
  };
  const cycles = validateDefinition(withSteps(steps)).map(({ rule, message }) => [rule, message]);
  assert.deepEqual(cycles, [['cycle', 'the steps form a cycle: c -> d -> b -> c']]);
});

test('a fault has the position in the string', () => {
  const [fault] = validateDefinition(withSteps({ b: transform('ab ${{ nope }}') }));
  assert.match(fault!.message, /nope is not available here \(character 8\)/);
});
