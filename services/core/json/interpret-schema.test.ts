/** The meaning of each keyword, and the time limit for every schema and value. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_PATTERN_LENGTH } from '../expression/pattern.ts';
import { checkSchema } from './check-schema.ts';
import { MORE_FAULTS } from './describe-errors.ts';
import { interpretSchema } from './interpret-schema.ts';

const meanings: [schema: object, valid: unknown[], invalid: unknown[]][] = [
  [{ type: ['integer', 'null'] }, [1, 2.0, null], [1.5, '1', true, [], {}]],
  [{ const: { a: [1], b: 2 } }, [{ b: 2, a: [1] }], [{ a: [1] }, '{"a":[1],"b":2}']],
  [{ enum: [1, 'a', [1], null] }, [1, 'a', [1], null], ['1', '[1]', 'null', {}]],
  [{ minimum: 1, exclusiveMaximum: 3 }, [1, 2.9, 'a'], [0.9, 3]],
  [{ multipleOf: 0.5 }, [1.5, 0, 'a'], [1.2]],
  [{ minLength: 2, maxLength: 2 }, ['ab', '😀😀', 1], ['😀', 'abc', '']],
  [{ pattern: '^[a-z]+$' }, ['abc', 1], ['ABC']],
  [{ format: 'uri' }, ['https://x.example/a', 1], ['no']],
  [{ format: 'url' }, ['https://x.example/a?b#c'], ['mailto:a@b.c', 'http://a b', 'https://']],
  [{ format: 'byte' }, ['', 'YQ==', 'YWJj'], ['YQ=', 'Y-==', 'YQ==\n']],
  [{ format: 'regex' }, ['^a+$'], ['(', '['.repeat(2_000)]],
  [{ format: 'int32' }, [1, -(2 ** 31), 2 ** 31 - 1], [2 ** 31, 1.5]],
  [{ format: 'of our own' }, ['anything'], []],
  [
    { uniqueItems: true },
    [[1, '1', [1], { a: 1 }, true]],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [1, 1],
    ],
  ],
  [{ minItems: 1, maxItems: 2 }, [[1], {}], [[], [1, 2, 3]]],
  [{ prefixItems: [{ type: 'string' }], items: false }, [[], ['a']], [[1], ['a', 2]]],
  [{ prefixItems: [true], items: { type: 'string' } }, [[1, 'a']], [['a', 1]]],
  [{ contains: { type: 'string' }, maxContains: 1 }, [['a', 1]], [[], [1], ['a', 'b']]],
  [{ contains: { type: 'string' }, minContains: 0 }, [[], [1]], []],
  [{ minProperties: 1, maxProperties: 1 }, [{ a: 1 }, []], [{}, { a: 1, b: 2 }]],
  [{ required: ['toString'] }, [{ toString: 1 }, 1], [{}]],
  [{ dependentRequired: { a: ['b'] } }, [{ a: 1, b: 1 }, { b: 1 }], [{ a: 1 }]],
  [{ dependentSchemas: { a: { required: ['b'] } } }, [{ a: 1, b: 1 }, {}], [{ a: 1 }]],
  [{ propertyNames: { maxLength: 1 } }, [{ a: 1 }], [{ ab: 1 }]],
  [
    {
      properties: { a: true },
      patternProperties: { '^x': { type: 'string' } },
      additionalProperties: false,
    },
    [{ a: 1, x1: 'a' }, {}],
    [{ b: 1 }, { x1: 1 }],
  ],
  [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [0, 3]],
  [{ anyOf: [{ const: 1 }, { type: 'string' }] }, [1, 'a'], [2]],
  [{ oneOf: [{ minimum: 1 }, { maximum: 2 }] }, [0, 3], [1.5]],
  [{ not: { type: 'string' } }, [1], ['a']],
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  [{ if: { type: 'string' }, then: { minLength: 1 }, else: { minimum: 1 } }, ['a', 1], ['', 0]],
  [{ $defs: { a: { $anchor: 'x', type: 'string' } }, $ref: '#x' }, ['a'], [1]],
  [{ $defs: { 'a/b': { type: 'string' } }, $ref: '#/$defs/a~1b' }, ['a'], [1]],
  [{ $defs: { a: { $dynamicAnchor: 'x', type: 'string' } }, $dynamicRef: '#x' }, ['a'], [1]],
  [
    { properties: { next: { $ref: '#' } }, required: ['v'] },
    [{ v: 1, next: { v: 2 } }],
    [{ v: 1, next: {} }],
  ],
  [
    {
      anyOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: true } }],
      unevaluatedProperties: false,
    },
    [{ a: 'x', b: 1 }, { b: 1 }],
    [{ a: 1, b: 1 }, { c: 1 }],
  ],
  [
    { allOf: [{ properties: { a: true } }, { unevaluatedProperties: false }] },
    [{}],
    [{ a: 1 }], // a schema does not see what its sibling evaluated
  ],
  [
    { prefixItems: [true], contains: { type: 'string' }, unevaluatedItems: false },
    [[1, 'a'], ['a']],
    [[1, 'a', 2], [1]],
  ],
  [{ not: { $comment: 'not false', const: 1 }, items: false }, [2, []], [1, [1]]],
];

for (const [schema, valid, invalid] of meanings) {
  test(`the meaning of ${JSON.stringify(schema)}`, () => {
    assert.deepEqual(checkSchema(schema), []);
    const validate = interpretSchema(schema);
    for (const value of valid) assert.deepEqual(validate(value), [], JSON.stringify(value));
    for (const value of invalid) assert.notEqual(validate(value).length, 0, JSON.stringify(value));
  });
}

test('reports all faults with their pointers', () => {
  const validate = interpretSchema({
    type: 'object',
    required: ['name', 'age'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: '^[a-z]+$', examples: ['rex'] },
      kind: { enum: ['dog', 'cat'] },
      age: true,
      tags: { items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    },
  });
  const faults = validate({ name: 'Rex', kind: 'dig', colour: 'red', tags: ['a', null] });
  assert.deepEqual(
    faults.map(({ pointer, rule, hint }) => [pointer, rule, hint]),
    [
      ['', 'required', 'add "age"'],
      ['/colour', 'unknown_field', 'use one of: name, kind, age, tags'],
      ['/name', 'pattern', 'for example "rex"'],
      ['/kind', 'enum', 'did you mean "dog"?'],
      ['/tags/1', 'any_of', 'see the schema'],
    ],
  );
});

test('limits the number of faults', () => {
  const faults = interpretSchema({ items: { type: 'string' } })(times(300_000, () => 1));
  assert.equal(faults.length, 101);
  assert.equal(faults.at(-1), MORE_FAULTS);
});

test('an invalid schema gives the fault bad_schema', () => {
  for (const schema of [{ $ref: '#/nowhere' }, { $ref: '#%' }, { pattern: '(?=a)' }]) {
    const rules = interpretSchema(schema)('a').map(({ rule }) => rule);
    assert.deepEqual(rules, ['bad_schema']);
  }
});

const LARGE = 'a'.repeat(900_000);
const numbers = times(150_000, (index) => index);
const objects = times(50_000, (id) => ({ id }));
const members = Object.fromEntries(times(60_000, (index) => [`k${index}`, 1]));
const names = times(15_000, (index) => `k${index}`);
const patterns = times(400, (index) => `^x{${index + 1}}[a-z]*$`);

/** A schema that applies another one 256 times to the same value. */
function doubled(schema: object): object {
  const levels = times(9, (level) => {
    const next = { $ref: `#/$defs/d${level + 1}` };
    return [`d${level}`, level === 8 ? schema : { allOf: [next, next] }];
  });
  return { $defs: Object.fromEntries(levels) as object, $ref: '#/$defs/d0' };
}

/** Each one would take seconds or forever if a keyword cost the same for every value. */
const bombs: Record<string, [schema: object, value: unknown]> = {
  'uniqueItems of numbers': [doubled({ uniqueItems: true }), numbers],
  'uniqueItems of objects': [doubled({ uniqueItems: true }), objects],
  'uniqueItems of a large text': [doubled({ uniqueItems: true }), [[LARGE]]],
  'const of a large text': [doubled({ const: LARGE }), LARGE],
  'const of an object': [doubled({ enum: [members, LARGE] }), members],
  'enum of texts': [doubled({ enum: [...names, LARGE] }), LARGE],
  required: [doubled({ required: names }), members],
  dependentRequired: [doubled({ dependentRequired: { k0: names } }), members],
  'minLength and maxLength': [doubled({ minLength: 1, maxLength: 1_000_000 }), LARGE],
  minProperties: [doubled({ minProperties: 1 }), members],
  propertyNames: [doubled({ propertyNames: { maxLength: 9 } }), members],
  patternProperties: [doubled({ patternProperties: { '^k': true, x: true } }), members],
  additionalProperties: [doubled({ additionalProperties: { type: 'number' } }), members],
  unevaluatedProperties: [
    doubled({ patternProperties: { '^k': true }, unevaluatedProperties: false }),
    members,
  ],
  contains: [doubled({ contains: { const: -1 }, minContains: 0 }), numbers],
  items: [doubled({ items: { type: 'number' } }), numbers],
  'a pattern on a large text': [{ pattern: '(a?){30}a{30}b' }, LARGE],
  'many patterns': [{ allOf: patterns.map((pattern) => ({ not: { pattern } })) }, 'a'],
  'a pattern of wide ranges whose case is folded': [
    { pattern: `(?i)${'[!-\u{1e900}]'.repeat(30)}` },
    'a',
  ],
  'a reference to itself': [{ allOf: [{ $ref: '#' }] }, 1],
  'references that double with the data': [
    { properties: { a: { allOf: [{ $ref: '#' }, { $ref: '#' }] } } },
    nest(60),
  ],
  'a wide choice for each of many': [
    { items: { anyOf: [...times(900, (index) => ({ required: [`x${index}`] })), true] } },
    times(50_000, () => ({})),
  ],
};
for (const format of ['url', 'uri', 'email', 'duration', 'byte', 'json-pointer', 'date-time']) {
  const prefix = format === 'duration' ? 'P' : format === 'url' ? 'http://' : '';
  bombs[`format ${format}`] = [
    doubled({ anyOf: [{ format }, true] }),
    prefix + (format === 'duration' ? '1' : format === 'url' ? 'a:' : 'a').repeat(450_000),
  ];
}

for (const [name, [schema, value]] of Object.entries(bombs)) {
  test(`ends early on ${name}`, () => {
    const rules = interpretSchema(schema)(value).map(({ rule }) => rule);
    assert.deepEqual(rules, ['validation_cost']);
  });
}

test('the format url is not quadratic', () => {
  const [validate, text] = [interpretSchema({ format: 'url' }), `http://${'a:'.repeat(200_000)}`];
  assert.ok(millisecondsOf(() => assert.equal(validate(text)[0]?.rule, 'format')) < 1_000);
});

/** Ajv compiles these for minutes. */
const compileBombs: Record<string, object> = {
  'a large schema that is referred to often': {
    $defs: { a: { allOf: times(450, () => ({ type: 'string' })) } },
    anyOf: times(500, () => ({ $ref: '#/$defs/a' })),
  },
  'references into each level of a deep schema': {
    $defs: { a: nestSchema(25, { allOf: times(450, () => ({ type: 'string' })) }) },
    anyOf: times(25, (level) => ({ $ref: `#/$defs/a${'/properties/p'.repeat(level)}` })),
  },
  'a long choice': { oneOf: times(990, (index) => ({ const: index })) },
};

for (const [name, schema] of Object.entries(compileBombs)) {
  test(`starts at once for ${name}`, () => {
    assert.deepEqual(checkSchema(schema), []);
    assert.ok(millisecondsOf(() => interpretSchema(schema)('x')) < 2_000);
  });
}

test('faults stay small for large values', () => {
  const described = { description: LARGE, examples: [objects] };
  const cases: [object, unknown][] = [
    [{ items: { const: 1, ...described } }, times(200, () => objects)],
    [{ items: { enum: names, ...described } }, times(200, () => LARGE)],
    [{ items: { type: 'null', ...described } }, times(200, () => 1)],
    [{ additionalProperties: false }, { [LARGE]: 1 }],
    [{ additionalProperties: { items: { type: 'null' } } }, { [LARGE]: times(2_000, () => 1) }],
    [{ required: [LARGE] }, {}],
  ];
  for (const [schema, value] of cases) {
    const validate = interpretSchema(schema);
    const faults = validate(value);
    assert.notEqual(faults.length, 0);
    assert.ok(JSON.stringify(faults).length < 400_000, Object.keys(schema)[0]);
    assert.ok(millisecondsOf(() => validate(value)) < 2_000);
  }
});

test('refuses schemas that would take long to check', () => {
  const values = { enum: times(30_000, (index) => index) };
  const booleans = { properties: Object.fromEntries(names.map((name) => [name, true])) };
  const pattern = { pattern: 'a'.repeat(MAX_PATTERN_LENGTH + 1) };
  const many = { allOf: patterns.map((one) => ({ pattern: one })) };
  assert.deepEqual(rulesOf(values), ['schema_limit']);
  assert.deepEqual(rulesOf(booleans), ['schema_limit']);
  assert.deepEqual(rulesOf(pattern), ['bad_pattern']);
  assert.deepEqual(rulesOf(many), ['pattern_limit']);
  assert.deepEqual(rulesOf({ const: { a: {} }, $ref: '#/const/a' }), ['unknown_ref']);

  function rulesOf(schema: object): string[] {
    return [...new Set(checkSchema(schema).map(({ rule }) => rule))];
  }
});

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function nest(depth: number): unknown {
  return depth === 0 ? 1 : { a: nest(depth - 1) };
}

function nestSchema(depth: number, inner: object): object {
  return depth === 0 ? inner : { properties: { p: nestSchema(depth - 1, inner) } };
}

function millisecondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
