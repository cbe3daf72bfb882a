/** Checks a JSON Schema that nobody vouches for, without compiling it. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Fault } from '../errors.ts';
import { compilePattern } from '../expression/pattern.ts';
import { replaceComparisons } from './comparisons.ts';
import { describeErrors } from './describe-errors.ts';
import { escapePointer, resolvePointer } from './pointer.ts';
import { isObject, walkSchema, type Schema } from './walk-schema.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const metaValidator = new Ajv2020({
  allErrors: true,
  verbose: true,
  validateFormats: false,
  logger: false,
});
replaceComparisons(metaValidator);

/**
 * All faults of a JSON Schema (2020-12) with pointers into it: against the meta-schema, references
 * that lead elsewhere or nowhere, patterns that are not RE2, size.
 */
export function checkSchema(root: unknown): Fault[] {
  const faults: Fault[] = [];
  const anchors = new Set<string>();
  const references: { target: unknown; pointer: string }[] = [];

  const limits = walkSchema(root, (schema, pointer) => {
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      if (typeof schema[keyword] === 'string') anchors.add(schema[keyword]);
    }
    for (const keyword of ['$ref', '$dynamicRef']) {
      if (Object.hasOwn(schema, keyword)) {
        references.push({ target: schema[keyword], pointer: `${pointer}/${keyword}` });
      }
    }
    faults.push(...checkIdentity(schema, pointer), ...checkPatterns(schema, pointer));
  });
  if (limits.length > 0) return limits;

  for (const { target, pointer } of references) {
    faults.push(...checkReference(root, anchors, target, pointer));
  }
  if (isObject(root) && Object.hasOwn(root, '$schema') && root['$schema'] !== DIALECT)
    return faults;
  metaValidator.validateSchema(root as Schema);
  return [...faults, ...describeErrors(metaValidator.errors ?? [])];
}

function checkIdentity(schema: Schema, pointer: string): Fault[] {
  const faults: Fault[] = [];
  if (Object.hasOwn(schema, '$schema') && schema['$schema'] !== DIALECT) {
    faults.push({
      pointer: `${pointer}/$schema`,
      rule: 'schema_dialect',
      message: 'schemas are JSON Schema 2020-12',
      hint: `leave $schema out, or make it ${DIALECT}`,
    });
  }
  if (pointer !== '' && Object.hasOwn(schema, '$id')) {
    faults.push({
      pointer: `${pointer}/$id`,
      rule: 'schema_id',
      message: 'a part of a schema cannot have an $id of its own',
      hint: 'use $anchor, or a place in $defs',
    });
  }
  return faults;
}

function checkReference(
  root: unknown,
  anchors: ReadonlySet<string>,
  target: unknown,
  pointer: string,
): Fault[] {
  if (typeof target !== 'string') return []; // the meta-schema says so
  if (!target.startsWith('#')) {
    return [
      {
        pointer,
        rule: 'remote_ref',
        message: 'a reference must stay inside its schema',
        hint: 'move the schema into $defs and refer to #/$defs/<name>',
      },
    ];
  }
  const place = decodeFragment(target.slice(1));
  const isThere = place.startsWith('/')
    ? resolvePointer(root, place) !== undefined
    : place === '' || anchors.has(place);
  if (isThere) return [];
  return [
    {
      pointer,
      rule: 'unknown_ref',
      message: `there is nothing at ${target.slice(0, 200)}`,
      hint: 'refer to #/$defs/<name>',
    },
  ];
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function checkPatterns(schema: Schema, pointer: string): Fault[] {
  const patterns = isObject(schema['patternProperties'])
    ? Object.keys(schema['patternProperties']).map((pattern) => ({
        pattern,
        place: `${pointer}/patternProperties/${escapePointer(pattern)}`,
      }))
    : [];
  if (typeof schema['pattern'] === 'string') {
    patterns.push({ pattern: schema['pattern'], place: `${pointer}/pattern` });
  }
  return patterns.flatMap(({ pattern, place }) => {
    try {
      compilePattern(pattern);
      return [];
    } catch (error) {
      return [
        {
          pointer: place,
          rule: 'bad_pattern',
          message: (error as Error).message,
          hint: 'patterns are RE2: no look-around, no back-references',
        },
      ];
    }
  });
}
