/** Every expression ends soon, and reads nothing but its scope. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AioError } from '../errors.ts';
import { Meter } from './meter.ts';
import { parseExpression } from './parse.ts';
import { evaluateExpression } from './evaluate.ts';
import { compilePattern } from './pattern.ts';
import { compileTemplate } from './template.ts';

const scope = {
  input: {
    list: Array.from({ length: 10_000 }, (_, index) => index),
    text: 'a'.repeat(1_000_000),
    objects: Array.from({ length: 5_000 }, (_, id) => ({ id })),
  },
  run: { id: 'r' },
  steps: {},
};

/** `[[x0, x0]].map(x1, [[x1, x1]].map(x2, …))`: each level doubles the expanded value. */
function doubling(levels: number, last: string): string {
  let expression = last;
  for (let level = levels; level > 0; level--) {
    expression = `[[x${level - 1}, x${level - 1}]].map(x${level}, ${expression})`;
  }
  return `[[1]].map(x0, ${expression})`;
}

function nested(levels: number, body: string): string {
  let expression = body;
  for (let level = 0; level < levels; level++)
    expression = `input.list.map(x${level}, ${expression})`;
  return expression;
}

const bombs: Record<string, string> = {
  'nested loops': nested(3, '1'),
  'loops nested to the limit': nested(20, '1'),
  'loops in a quantifier that absorbs failures':
    'input.list.exists(x, input.list.all(y, input.list.all(z, z.q)))',
  'loops, or true': `${nested(3, '1')}.size() > 0 || true`,
  'a list that doubles': nestBinding(30, 'x + x', '[1, 1]'),
  'a string that doubles': nestBinding(30, 'x + x', '"aaaaaaaa"'),
  'a result with repeated parts': doubling(25, 'x25'),
  'a comparison of repeated parts': doubling(24, 'x24 == [x23, x23]'),
  'json() of repeated parts': doubling(25, 'json(x25)'),
  'a long result': 'input.list.map(x, "' + 'a'.repeat(100) + '")',
  'backtracking on a long text': 'input.text.matches("(a+)+$")',
  'a pattern on each of many': 'input.list.map(x, input.text.matches("(a|aa)+$"))',
  'a quadratic search':
    'input.text.contains(input.text.substring(0, 500000) + "b" + input.text.substring(0, 400000))',
  'a quadratic split':
    'input.text.split(input.text.substring(0, 300000) + "b" + input.text.substring(0, 300000))',
  'a split into characters': 'input.text.split("")',
  'many splits': 'input.list.map(x, input.text.split("b"))',
  'many sizes': 'input.list.map(x, size(input.text))',
  'many copies': 'input.list.map(x, json(input.objects))',
  'many case changes': 'input.list.map(x, input.text.upperAscii())',
  'membership in a loop': 'input.list.filter(x, x in input.list)',
  'joins in a loop': 'input.list.map(x, input.list.map(y, string(y)).join(","))',
  'parseJson of a long text': 'parseJson(input.text)',
  'tiny chunks': 'chunks(input.text, 1)',
};

for (const [name, expression] of Object.entries(bombs)) {
  test(`${name} hits a limit`, () => {
    const template = compileTemplate(`\${{ ${expression} }}`);
    assert.throws(() => template.evaluate(scope), { code: 'expression_limit' });
  });
}

function nestBinding(levels: number, grow: string, seed: string): string {
  let expression = seed;
  for (let level = 0; level < levels; level++) expression = `[${expression}].map(x, ${grow})[0]`;
  return expression;
}

const refusedTexts: Record<string, string> = {
  length: '"' + 'a'.repeat(5_000) + '"',
  parentheses: '('.repeat(1_000) + '1' + ')'.repeat(1_000),
  lists: '['.repeat(500) + ']'.repeat(500),
  negations: '!'.repeat(4_000) + 'true',
  signs: '-'.repeat(4_000) + '1',
  sums: '1' + '+1'.repeat(1_500),
  choices: 'true ? 1 : '.repeat(300) + '1',
  paths: 'input' + '.a'.repeat(1_000),
};

for (const [name, text] of Object.entries(refusedTexts)) {
  test(`refuses too many ${name} at compilation`, () => {
    assert.throws(() => compileTemplate(`\${{ ${text} }}`), { code: 'expression_syntax' });
  });
}

const escapes = [
  'constructor',
  'globalThis',
  'process',
  'this',
  'toString',
  '__proto__',
  'cel',
  'google',
  'type',
  'input.constructor',
  'input.__proto__',
  'input["__proto__"]',
  'input.toString',
  'input["constructor"]["prototype"]',
  'input.list.length',
  'input.list.constructor',
  'input.text.constructor',
  'input.list[-1]',
  'input.list["map"]',
  'input.hasOwnProperty',
  'run.constructor',
  'input.list.push(1)',
  'input.text.replace("a", "b")',
  'input.text.constructor("x")',
  'toString()',
  'constructor("return 1")',
  'eval("1")',
  'now()',
  'timestamp("2024-01-01T00:00:00Z")',
  'dyn(1)',
  'cel.bind(x, 1, x)',
  '{"a": 1}.constructor',
  '{"a": 1}["__proto__"]',
  '[].constructor',
  '"".at(0)',
  'steps',
  'steps.map(k, k)',
  'steps["a" + "b"].output',
  'secrets',
  'json(secrets)',
  'secrets["a" + "b"]',
  '[1].map(input, input)',
  'b"abc"',
  '1u',
  'input.?x',
];

for (const expression of escapes) {
  test(`${expression} fails`, () => {
    assert.throws(
      () => compileTemplate(`\${{ ${expression} }}`).evaluate(scope),
      (error: unknown) => error instanceof AioError && error.code.startsWith('expression_'),
    );
  });
}

test('a map literal cannot reach a prototype', () => {
  const value = compileTemplate('${{ {"__proto__": {"a": 1}} }}').evaluate(scope) as { a?: number };
  assert.equal(value.a, undefined);
  assert.equal(({} as { a?: number }).a, undefined);
});

test('patterns that explode or backtrack are refused or linear', () => {
  for (const source of ['(a{1000}){1000}', '((a{30}){30}){30}', '(?=a)', '(a)\\1']) {
    assert.throws(() => compilePattern(source), source);
  }
  assert.equal(compilePattern('(a+)+$').test('a'.repeat(50_000) + '!'), false);
  assert.equal(compilePattern('^\\u00e9\\/$').test('é/'), true);
});

test('any text compiles and evaluates, or fails with a code', () => {
  const words = fc.constantFrom(
    'input',
    '.list',
    '.text',
    '[0]',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '+',
    '-',
    '*',
    '/',
    '%',
    '==',
    '<',
    'in',
    '&&',
    '||',
    '!',
    '?',
    ':',
    ',',
    '"a"',
    "'b'",
    '1',
    '2.5',
    'null',
    'true',
    '.map(x, ',
    'x',
    '.filter(x, ',
    'has(',
    'size(',
    'json(',
    'steps.a.output',
    '.matches(',
    '//',
    ' ',
    '\n',
    'r"',
    '$${{',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 16 }), (parts) => {
      try {
        const small = { ...scope, input: { list: [1, 2], text: 'ab' } };
        JSON.stringify(compileTemplate(`\${{${parts.join('')}}}`).evaluate(small));
      } catch (error) {
        assert.ok(error instanceof AioError, String(error));
        assert.match(error.code, /^expression_/);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('absorbed failures count more than other operations', () => {
  const failures = (count: number) => () =>
    evaluateExpression(
      parseExpression('list.exists(x, x == 0 || x.q)'),
      { list: Array.from({ length: count }, () => 1) },
      new Meter(),
    );
  assert.throws(failures(15_000), { code: 'expression_type' });
  assert.throws(failures(25_000), { code: 'expression_limit' });
});

test('an expensive expression ends at the limit', () => {
  const meter = new Meter();
  assert.throws(
    () => evaluateExpression(parseExpression(nested(2, 'x0 + x1')), scope as never, meter),
    /takes more than 500000 operations/,
  );
});
