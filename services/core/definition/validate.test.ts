import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLE_DEFINITION } from './example.ts';
import { validateDefinition } from './validate.ts';

const value = { type: 'transform', with: { value: 1 } };

/** A workflow with these steps beside a step `a`. */
function withSteps(steps: Record<string, unknown>, rest: object = {}): unknown {
  return { name: 'test', steps: { a: value, ...steps }, ...rest };
}

const transform = (template: unknown, needs: string[] = []) => ({
  type: 'transform',
  needs,
  with: { value: template },
});

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
    'a run output of any step',
    withSteps({}, { output: { all: '${{ steps.a.output }}' }, timeout: '1h', description: 'x' }),
  ],
];

for (const [name, definition] of good) {
  test(`accepts ${name}`, () => assert.deepEqual(validateDefinition(definition), []));
}

type BadCase = [
  name: string,
  definition: unknown,
  ...faults: [pointer: string, rule: string, hint?: RegExp][],
];

const bad: BadCase[] = [
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
    'an unknown need',
    withSteps({ fetch: value, b: { ...value, needs: ['fecth'] } }),
    ['/steps/b/needs/0', 'unknown_step'],
  ],
  [
    'a near need',
    withSteps({ fetch_all: value, b: { ...value, needs: ['fetch_al'] } }),
    ['/steps/b/needs/0', 'unknown_step', /fetch_all/],
  ],
  [
    'a need of itself',
    withSteps({ b: { ...value, needs: ['b'] } }),
    ['/steps/b/needs/0', 'self_need'],
  ],
  [
    'a need twice',
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
    'an open expression after a bad one',
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
    'itself',
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
    'a template in a key',
    withSteps({ b: transform({ '${{ input.k }}': 1 }) }),
    ['/steps/b/with/value/${{ input.k }}', 'template_in_key'],
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
];

for (const [name, definition, ...expected] of bad) {
  test(`finds ${name}`, () => {
    const faults = validateDefinition(definition);
    const found = faults.map(({ pointer, rule }) => [pointer, rule]);
    assert.deepEqual(
      found.toSorted(),
      expected.map(([pointer, rule]) => [pointer, rule]).toSorted(),
    );
    for (const [pointer, rule, hint] of expected) {
      const fault = faults.find((one) => one.pointer === pointer && one.rule === rule)!;
      assert.ok(fault.message.length > 0 && fault.hint.length > 0);
      if (hint) assert.match(fault.hint, hint);
    }
  });
}

test('a cycle is told once, with its path', () => {
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
    ['cycle', 'the steps need each other: c -> d -> b -> c'],
    ['cycle', 'the steps need each other: g -> f -> g'],
  ]);
});

test('a fault says where in the string the expression is wrong', () => {
  const [fault] = validateDefinition(withSteps({ b: transform('ab ${{ nope }}') }));
  assert.match(fault!.message, /there is no nope here \(character 8\)/);
});

test('all faults at once, up to a bound', () => {
  const steps = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`s${n}`, { type: 'nope' }]),
  );
  const faults = validateDefinition({ name: 'Bad', steps });
  assert.equal(faults.length, 101);
  assert.equal(faults.at(-1)!.rule, 'more');
});
