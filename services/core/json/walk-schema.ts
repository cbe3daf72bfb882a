/** Visits the subschemas of a JSON Schema. */

import type { Fault } from '../errors.ts';
import { escapePointer } from './pointer.ts';

export const MAX_SCHEMA_DEPTH = 32;
export const MAX_SUBSCHEMAS = 1_000;

const SCHEMA_MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const SCHEMA_LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const SCHEMAS = [
  'items',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  'contains',
  'not',
  'if',
  'then',
  'else',
];

export type Schema = Record<string, unknown>;

/**
 * Calls `visit` with each subschema. Does not enter values that are data (const, enum, default,
 * examples).
 *
 * @returns faults with pointers into the schema: too deep or too many subschemas
 */
export function walkSchema(
  root: unknown,
  visit: (schema: Schema, pointer: string) => void,
): Fault[] {
  const rest: { schema: unknown; pointer: string; depth: number }[] = [
    { schema: root, pointer: '', depth: 0 },
  ];
  let seen = 0;
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { schema, pointer, depth } = next;
    if (++seen > MAX_SUBSCHEMAS || depth > MAX_SCHEMA_DEPTH) {
      return [
        {
          pointer,
          rule: 'schema_limit',
          message: `the schema has more than ${MAX_SUBSCHEMAS} subschemas, or is nested more than ${MAX_SCHEMA_DEPTH} levels deep`,
          hint: 'simplify the schema, or check a part in another step',
        },
      ];
    }
    if (!isObject(schema)) continue;
    visit(schema, pointer);
    const push = (child: unknown, path: string) =>
      rest.push({ schema: child, pointer: `${pointer}/${path}`, depth: depth + 1 });
    for (const keyword of SCHEMAS) {
      if (Object.hasOwn(schema, keyword)) push(schema[keyword], keyword);
    }
    for (const keyword of SCHEMA_LISTS) {
      const list = schema[keyword];
      if (Array.isArray(list)) list.forEach((child, index) => push(child, `${keyword}/${index}`));
    }
    for (const keyword of SCHEMA_MAPS) {
      const map = schema[keyword];
      if (!isObject(map)) continue;
      for (const [key, child] of Object.entries(map))
        push(child, `${keyword}/${escapePointer(key)}`);
    }
  }
  return [];
}

export function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
