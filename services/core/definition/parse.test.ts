import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AioError } from '../errors.ts';
import { parseDefinition } from './parse.ts';

const yaml = (source: string) => parseDefinition(source, 'application/yaml');

test('JSON and YAML of one definition parse to the same value', () => {
  const definition = { name: 'a', steps: { x: { type: 'delay', with: { duration: '1s' } } } };
  assert.deepEqual(parseDefinition(JSON.stringify(definition), 'application/json'), definition);
  const source = '# why\nname: a\nsteps:\n  x: { type: delay, with: { duration: 1s } }\n';
  assert.deepEqual(yaml(source), definition);
});

test('YAML is 1.2: no, on and dates are strings, << is a key', () => {
  const source = 'a: no\nb: 2024-01-01\nc: 0o17\nd: ~\n<<: x\n1: y\n';
  assert.deepEqual(yaml(source), { a: 'no', b: '2024-01-01', c: 15, d: null, '<<': 'x', 1: 'y' });
});

test('a few aliases are fine', () => {
  assert.deepEqual(yaml('a: &a { x: 1 }\nb: [*a, *a]\n'), { a: { x: 1 }, b: [{ x: 1 }, { x: 1 }] });
});

const laughs = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']) {
  laughs.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(',')}]`);
}
const long = 'x'.repeat(50_000);

const refused: [name: string, source: string, message: RegExp, line?: number, column?: number][] = [
  ['a duplicate key', 'a: 1\nb: 2\na: 3\n', /duplicate key "a"/, 3, 1],
  ['a duplicate key in a flow', '{ a: 1, a: 2 }', /duplicate key "a"/, 1, 9],
  ['__proto__', 'a:\n  __proto__: { b: 1 }\n', /__proto__/, 2, 3],
  ['constructor.prototype', 'constructor: { prototype: {} }', /prototype/, 1, 14],
  ['a tag of a language', 'a: !!js/function "x"', /Unresolved tag/, 1, 4],
  ['a known tag beyond JSON', 'a: !!binary aGk=', /Unresolved tag/, 1, 4],
  ['a set', '!!set { a, b }', /Unresolved tag/, 1, 1],
  ['not a number', 'a: .nan', /not a JSON value/, 1, 4],
  ['infinity', 'a: -.inf', /not a JSON value/, 1, 4],
  ['a list as a key', '? [a]\n: b', /a key must be a string/, 1, 3],
  ['a tab', 'a:\n\t- b', /[Tt]ab/, 2, 1],
  ['an open bracket', 'a: [1, 2', /./],
  ['an open quote', 'a: "x', /quote/],
  ['an unknown alias', 'a: *b', /./],
  ['two documents', 'a: 1\n---\nb: 2\n', /more than one document/],
  ['an alias bomb', laughs.join('\n'), /alias/],
  [
    'aliases of much',
    `a: &a ${long}\nb: [${Array.from({ length: 50 }, () => '*a').join(', ')}]`,
    /too large with its aliases expanded/,
  ],
  ['a circle', 'a: &a [*a]', /./],
  ['many aliases', `a: &a [1]\nb:\n${'  - *a\n'.repeat(101)}`, /alias/],
  ['deep flows', '['.repeat(100_000), /nested more than 64 levels deep/, 1],
  ['deep lists', '- '.repeat(100_000), /nested more than 64 levels deep/, 1],
  ['deep maps', '{a: '.repeat(100_000), /nested more than 64 levels deep/, 1],
  [
    'deep indentation',
    Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    /nested more than 64 levels deep/,
  ],
  ['a flood of errors', '}\n'.repeat(250_000), /Unexpected/, 1, 1],
  [
    'a flood of keys',
    Array.from({ length: 40_000 }, (_, key) => `k${key}: 1`).join('\n'),
    /more than 150000/,
  ],
];

for (const [name, source, message, line, column] of refused) {
  test(`YAML: refuses ${name}`, () => {
    const error = refusalOf(source);
    assert.equal(error.code, name.startsWith('deep ') ? 'too_deep' : 'bad_yaml');
    assert.match(error.message, message);
    assert.equal(typeof error.details['hint'], 'string');
    if (line !== undefined) assert.equal(error.details['line'], line);
    if (column !== undefined) assert.equal(error.details['column'], column);
  });
}

function refusalOf(source: string): AioError {
  try {
    yaml(source);
  } catch (error) {
    assert.ok(error instanceof AioError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'it was accepted' });
}

test('refuses more than 512 kB without parsing', () => {
  const source = ' '.repeat(512 * 1024 + 1);
  assert.throws(() => parseDefinition(source, 'application/json'), { code: 'too_large' });
  assert.throws(() => parseDefinition(source, 'application/yaml'), { code: 'too_large' });
});

test('bad JSON has its own code', () => {
  assert.throws(() => parseDefinition('{', 'application/json'), { code: 'bad_json' });
});
