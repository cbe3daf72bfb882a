import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchema } from './check-schema.ts';

const bad: [name: string, schema: unknown, pointer: string, rule: string][] = [
  ['a wrong type', { type: 'strin' }, '/type', 'enum'],
  ['a negative length', { minLength: -1 }, '/minLength', 'minimum'],
  ['a remote reference', { $ref: 'https://example.com/x.json' }, '/$ref', 'remote_ref'],
  ['a reference to a file', { items: { $ref: 'x.json#/a' } }, '/items/$ref', 'remote_ref'],
  ['a dangling reference', { $ref: '#/$defs/a' }, '/$ref', 'unknown_ref'],
  ['an unknown anchor', { $ref: '#a' }, '/$ref', 'unknown_ref'],
  [
    'look-ahead',
    { properties: { 'a/b': { pattern: '(?=x)' } } },
    '/properties/a~1b/pattern',
    'bad_pattern',
  ],
  ['a pattern that explodes', { pattern: '((a{100}){100}){10}' }, '/pattern', 'bad_pattern'],
  [
    'a bad property pattern',
    { patternProperties: { '(': {} } },
    '/patternProperties/(',
    'bad_pattern',
  ],
  [
    'another dialect',
    { $schema: 'http://json-schema.org/draft-07/schema#' },
    '/$schema',
    'schema_dialect',
  ],
  ['an inner $id', { $defs: { a: { $id: 'urn:a' } } }, '/$defs/a/$id', 'schema_id'],
];

for (const [name, schema, pointer, rule] of bad) {
  test(`finds ${name}`, () => {
    const faults = checkSchema(schema);
    assert.ok(
      faults.some((fault) => fault.pointer === pointer && fault.rule === rule),
      JSON.stringify(faults),
    );
  });
}

test('accepts valid schemas, and does not check data in them', () => {
  const good = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:mine',
    $defs: { node: { $anchor: 'n', properties: { next: { $ref: '#n' } } } },
    $ref: '#/$defs/node',
    properties: { $ref: { type: 'string' }, const: { const: { $ref: 'https://data' } } },
    enum: [{ $ref: 'https://data' }, {}],
  };
  assert.deepEqual(checkSchema(good), []);
  assert.deepEqual(checkSchema(true), []);
});

test('finds too many or too deep subschemas and stops', () => {
  const wide = { anyOf: Array.from({ length: 2_000 }, () => ({})) };
  let deep: object = {};
  for (let level = 0; level < 40; level++) deep = { items: deep };
  for (const schema of [wide, deep]) {
    const rules = checkSchema(schema).map(({ rule }) => rule);
    assert.deepEqual(rules, ['schema_limit']);
  }
});
