import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MORE_FAULTS } from './describe-errors.ts';
import { compileSchema } from './schema-validator.ts';

const pet = compileSchema({
  type: 'object',
  required: ['name', 'age'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$', examples: ['rex'] },
    age: { type: 'integer', minimum: 0 },
    kind: { enum: ['dog', 'cat'] },
    tags: { type: 'array', uniqueItems: true },
  },
});

test('returns all faults at once, with pointer, rule and hint', () => {
  assert.deepEqual(pet({ name: 'Rex', kind: 'dig', colour: 'red' }), [
    { pointer: '', rule: 'required', message: '"age" is missing', hint: 'add "age"' },
    {
      pointer: '/colour',
      rule: 'unknown_field',
      message: 'unknown field "colour"',
      hint: 'use one of: name, age, kind, tags',
    },
    {
      pointer: '/name',
      rule: 'pattern',
      message: '"Rex" does not match the pattern ^[a-z]+$',
      hint: 'for example "rex"',
    },
    {
      pointer: '/kind',
      rule: 'enum',
      message: '"dig" is not allowed here',
      hint: 'did you mean "dog"?',
    },
  ]);
  assert.deepEqual(pet({ name: 'rex', age: 3, tags: [{ a: 1, b: 2 }, { a: 2 }] }), []);
});

test('uniqueItems compares by value', () => {
  const tag = { a: 1, b: 2 };
  const same = { b: 2, a: 1 };
  const [fault, ...others] = pet({ name: 'rex', age: 3, tags: [tag, same] });
  assert.deepEqual([fault?.pointer, fault?.rule, others], ['/tags', 'unique_items', []]);
});

test('accepts members with names of methods', () => {
  const schema = { const: { a: 1 }, uniqueItems: true, enum: [{ a: 1 }, [{}]] };
  const hostile = { toString: null, valueOf: 1, constructor: null, __proto__x: 1 };
  const rules = compileSchema(schema)(hostile).map(({ rule }) => rule);
  assert.deepEqual(rules, ['const', 'enum']);
  assert.deepEqual(compileSchema({ uniqueItems: true })([hostile, { ...hostile }]).length, 1);
  assert.deepEqual(compileSchema({ const: hostile })({ ...hostile }), []);
});

test('members of prototypes do not count as properties', () => {
  const rules = compileSchema({ required: ['toString'] })({}).map(({ rule }) => rule);
  assert.deepEqual(rules, ['required']);
});

test('applies each pattern of a schema to its own property', () => {
  const both = compileSchema({ properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } });
  assert.deepEqual(both({ a: 'a', b: 'b' }), []);
  const pointers = both({ a: 'b', b: 'b' }).map(({ pointer }) => pointer);
  assert.deepEqual(pointers, ['/a']);
});

test('formats are checked', () => {
  assert.equal(compileSchema({ format: 'date-time' })('yesterday').length, 1);
  assert.equal(compileSchema({ format: 'email' })('a@example.com').length, 0);
});

test('limits the number of faults', () => {
  const strings = compileSchema({ items: { type: 'string' } });
  const some = strings(Array.from({ length: 5_000 }, () => 1));
  assert.equal(some.length, 101);
  assert.equal(some.at(-1), MORE_FAULTS);
  assert.equal(strings(Array.from({ length: 300_000 }, () => 1)).length, 1);
});

test('an invalid schema throws bad_schema', () => {
  assert.throws(() => compileSchema({ $ref: '#/nowhere' })(1), { code: 'bad_schema' });
});
