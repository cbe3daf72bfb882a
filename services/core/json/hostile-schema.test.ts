/** A schema that passes `checkSchema` validates any value, with the same result as Ajv. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { checkSchema } from './check-schema.ts';
import { interpretSchema } from './interpret-schema.ts';
import { compileSchema } from './schema-validator.ts';
import { walkSchema } from './walk-schema.ts';

const scalar = fc.constantFrom<unknown>(0, 1, -1, 2.5, true, false, null, 'a', '', 'toString');
const name = fc.constantFrom('a', 'b', 'toString', 'constructor', '$ref', '');
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const type = fc.constantFrom('string', 'number', 'integer', 'object', 'array', 'null', 'boolean');
const schema = fc.letrec<{ schema: unknown }>((tie) => {
  const one = tie('schema');
  const list = fc.array(one, { minLength: 1, maxLength: 2 });
  const map = fc.dictionary(name, one, { maxKeys: 2, noNullPrototype: true });
  const keywords = fc.record(
    {
      type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
      properties: map,
      patternProperties: map,
      $defs: map,
      dependentSchemas: map,
      dependencies: map,
      items: one,
      prefixItems: list,
      additionalProperties: one,
      unevaluatedProperties: one,
      unevaluatedItems: one,
      propertyNames: one,
      contains: one,
      not: one,
      if: one,
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: one,
      else: one,
      allOf: list,
      anyOf: list,
      oneOf: list,
      const: value,
      enum: fc.array(value, { maxLength: 3 }),
      default: value,
      required: fc.uniqueArray(name, { maxLength: 2 }),
      uniqueItems: fc.boolean(),
      minLength: fc.nat(3),
      maximum: fc.nat(3),
      minContains: fc.nat(2),
      multipleOf: fc.constantFrom(1, 0.1, 3),
      pattern: fc.constantFrom('^a', '(a+)+$', '(?=a)', '(', '\\p{L}', '[\\w-.]'),
      format: fc.constantFrom('date-time', 'email', 'uri', 'regex', 'nonsense', 'toString'),
      $ref: fc.constantFrom('#', '#/$defs/a', '#/$defs/b', '#x', '#/properties/a', 'x.json', ''),
      $anchor: fc.constantFrom('x', 'y'),
      $dynamicRef: fc.constantFrom('#', '#x'),
      $dynamicAnchor: fc.constantFrom('x', 'z'),
      $async: fc.boolean(),
      $id: fc.constantFrom('urn:a', 'x.json', '#x', ''),
      id: scalar,
      nullable: fc.boolean(),
      discriminator: fc.constant({ propertyName: 'a' }),
      'x-aio-cost': scalar,
      toString: scalar,
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  return {
    schema: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      fc.constantFrom<unknown>({}, true, false),
      keywords,
    ),
  };
}).schema;

test('a schema that passes the check can be interpreted', () => {
  let used = 0;
  fc.assert(
    fc.property(schema, value, (candidate, data) => {
      if (checkSchema(candidate).length > 0) return;
      used++;
      const faults = interpretSchema(candidate)(data);
      assert.ok(Array.isArray(faults));
    }),
    { numRuns: 300 },
  );
  assert.ok(used > 20, `only ${used} schemas got that far`);
});

/** Keywords that Ajv treats differently from 2020-12. */
const FOREIGN_KEYWORDS = ['$async', '$id', 'dependencies', 'discriminator', 'id', 'nullable'];

/** The result of Ajv; null = Ajv cannot compile the schema, or is known to differ. */
function isValidForAjv(candidate: unknown, data: unknown): boolean | null {
  if (typeof candidate === 'boolean') return candidate;
  const copy = structuredClone(candidate) as Record<string, unknown>;
  let isKnownToDiffer = false;
  walkSchema(copy, (part) => {
    for (const keyword of FOREIGN_KEYWORDS) delete part[keyword];
    // Ajv counts every item next to `contains` as evaluated.
    isKnownToDiffer ||= Object.hasOwn(part, 'unevaluatedItems');
  });
  if (isKnownToDiffer) return null;
  try {
    return compileSchema(copy)(data).length === 0;
  } catch {
    return null;
  }
}

test('agrees with Ajv on each value', () => {
  let compared = 0;
  fc.assert(
    fc.property(schema, value, (candidate, data) => {
      if (checkSchema(candidate).length > 0) return;
      const faults = interpretSchema(candidate)(data);
      const expected = isValidForAjv(candidate, data);
      if (expected === null || faults.some(({ rule }) => rule === 'validation_cost')) return;
      compared++;
      assert.equal(faults.length === 0, expected, JSON.stringify(faults));
    }),
    { numRuns: 400 },
  );
  assert.ok(compared > 20, `only ${compared} schemas got that far`);
});
