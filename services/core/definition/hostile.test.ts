/** Any input gives a definition, faults, or an error with a code. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AioError } from '../errors.ts';
import { compilePlan } from './compile.ts';
import { EXAMPLE_DEFINITION } from './example.ts';
import { STEP_KIND_NAMES } from './kinds/registry.ts';
import { parseDefinition } from './parse.ts';
import type { WorkflowDefinition } from './schema.ts';
import { validateDefinition } from './validate.ts';

const names = [
  ...'name steps type needs if with over step retry timeout onFailure input'.split(' '),
  ...'output schema value url model $ref pattern properties a b toString'.split(' '),
  '__proto__',
  'constructor',
  '${{ x }}',
  '',
];
const texts = [
  'a',
  'b',
  'http',
  'map',
  '1s',
  '${{ steps.a.output }}',
  '${{ item }}',
  '${{',
  '${{ 1 + }}',
  '#/$defs/x',
  '(a+)+$',
  '(',
  'openai/x',
  'https://x.example',
  '\u0000',
  '\ud800',
  ...STEP_KIND_NAMES,
];

const hostile = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1, 1e308, ...texts),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 6, noNullPrototype: true }),
  ),
})).any;

/** The example with some of its parts replaced. */
const mutated = fc
  .array(fc.tuple(fc.nat(), hostile), { minLength: 1, maxLength: 4 })
  .map((changes) =>
    changes.reduce(
      (definition, [place, part]) => replacePart(definition, place, structuredClone(part)),
      structuredClone(EXAMPLE_DEFINITION) as unknown,
    ),
  );

function replacePart(definition: unknown, place: number, part: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(definition);
  const [owner, key] = places[place % Math.max(1, places.length)] ?? [];
  if (!owner || key === undefined) return part;
  Object.defineProperty(owner, key, {
    value: part,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return definition;
}

function validate(value: unknown): void {
  const faults = validateDefinition(value);
  for (const { pointer, rule, message, hint } of faults) {
    assert.ok(pointer === '' || pointer.startsWith('/'));
    assert.ok(rule.length > 0 && message.length > 0 && hint.length > 0);
  }
  if (faults.length === 0) compilePlan(value as WorkflowDefinition);
}

test('any JSON validates without throwing, and compiles when it is valid', () => {
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), hostile), validate), { numRuns: 400 });
});

test('a definition with some parts replaced validates without throwing', () => {
  fc.assert(fc.property(mutated, validate), { numRuns: 800 });
});

test('any text parses or fails with a code', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    ',',
    '- ',
    '? ',
    '&a ',
    '*a',
    '!t ',
    '"',
    "'",
    '|\n',
    '>',
    '#',
    '\n',
    '  ',
    '\t',
    '---\n',
    '%YAML 1.1\n',
    'a',
    '1',
    'null',
    '<<',
    '__proto__',
    '\u0000',
    '\ufeff',
    '@',
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 30 }),
      fc.constantFrom('application/json' as const, 'application/yaml' as const),
      (parts, mediaType) => {
        try {
          validate(parseDefinition(parts.join(''), mediaType));
        } catch (error) {
          assert.ok(error instanceof AioError, String(error));
          const bad = mediaType === 'application/json' ? 'bad_json' : 'bad_yaml';
          assert.ok([bad, 'too_deep'].includes(error.code), error.code);
        }
      },
    ),
    { numRuns: 3_000 },
  );
});
