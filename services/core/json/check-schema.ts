/** Checks an untrusted JSON Schema without compiling it. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Fault } from '../errors.ts';
import { createPatternCheck, type CheckPattern } from '../expression/pattern-check.ts';
import { replaceComparisons } from './comparisons.ts';
import { describeErrors } from './describe-errors.ts';
import { escapePointer } from './pointer.ts';
import { References } from './references.ts';
import { hasMoreValues } from './size.ts';
import { isObject, walkSchema, type Schema } from './walk-schema.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const metaValidator = new Ajv2020({
  allErrors: true,
  verbose: true,
  validateFormats: false,
  logger: false,
});
replaceComparisons(metaValidator);
// Compiles the meta-schemas now, so that the first request does not wait for it.
metaValidator.validateSchema({});

/** Most values of a schema. Each may have a fault. */
const MAX_SCHEMA_VALUES = 20_000;

const TOO_MANY_VALUES: Fault = {
  pointer: '',
  rule: 'schema_limit',
  message: `the schema has more than ${MAX_SCHEMA_VALUES} values`,
  hint: 'simplify the schema, or check a part in another step',
};

/**
 * Returns all faults of a JSON Schema (2020-12), with pointers into it: violations of the
 * meta-schema, remote or dangling references, patterns that are not RE2, size.
 *
 * @param checkPattern the check of the definition that contains the schema
 */
export function checkSchema(
  root: unknown,
  checkPattern: CheckPattern = createPatternCheck(),
): Fault[] {
  if (hasMoreValues(root, MAX_SCHEMA_VALUES)) return [TOO_MANY_VALUES];
  const faults: Fault[] = [];
  const references = new References(root);
  const schemas = new Set<unknown>();
  const mentions: { target: unknown; pointer: string }[] = [];

  const limits = walkSchema(root, (schema, pointer) => {
    schemas.add(schema);
    references.addAnchors(schema);
    for (const keyword of ['$ref', '$dynamicRef']) {
      if (Object.hasOwn(schema, keyword)) {
        mentions.push({ target: schema[keyword], pointer: `${pointer}/${keyword}` });
      }
    }
    faults.push(...checkIdentity(schema, pointer), ...checkPatterns(schema, pointer, checkPattern));
  });
  if (limits.length > 0) return limits;

  for (const { target, pointer } of mentions) {
    faults.push(...checkReference(references, schemas, target, pointer));
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
      message: 'the schema must be JSON Schema 2020-12',
      hint: `remove $schema, or set it to ${DIALECT}`,
    });
  }
  if (pointer !== '' && Object.hasOwn(schema, '$id')) {
    faults.push({
      pointer: `${pointer}/$id`,
      rule: 'schema_id',
      message: 'a subschema cannot have an $id',
      hint: 'use $anchor or $defs instead',
    });
  }
  return faults;
}

function checkReference(
  references: References,
  schemas: ReadonlySet<unknown>,
  target: unknown,
  pointer: string,
): Fault[] {
  if (typeof target !== 'string') return []; // the meta-schema reports it
  if (!target.startsWith('#')) {
    return [
      {
        pointer,
        rule: 'remote_ref',
        message: 'a reference must point into its own schema',
        hint: 'move the schema into $defs and refer to #/$defs/<name>',
      },
    ];
  }
  const schema = references.find(target);
  // A value that is no schema, such as a `const`, was not checked as one.
  if (typeof schema === 'boolean' || schemas.has(schema)) return [];
  return [
    {
      pointer,
      rule: 'unknown_ref',
      message: `${target.slice(0, 200)} does not point to a schema`,
      hint: 'refer to #/$defs/<name>',
    },
  ];
}

function checkPatterns(schema: Schema, pointer: string, checkPattern: CheckPattern): Fault[] {
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
    const fault = checkPattern(pattern);
    return fault ? { pointer: place, ...fault } : [];
  });
}
