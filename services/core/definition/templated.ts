/** Derives the schema of a written value, which may contain templates, from the schema of the value. */

import type { TSchema } from 'typebox';

/** Any value inside may be a template, which is a string. */
export type Templated<T> = unknown extends T
  ? unknown
  : T extends readonly (infer Item)[]
    ? (Templated<Item> | string)[]
    : T extends object
      ? { [Key in keyof T]: Templated<T[Key]> | string }
      : T | string;

interface JsonSchema {
  type?: unknown;
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  description?: unknown;
  [keyword: string]: unknown;
}

/** Matches a string with an expression. */
const TEMPLATE = { type: 'string', pattern: '\\$\\{\\{' };

/**
 * Schema of the written form of an object. Each value inside, at any depth, may be a template, except
 * the object itself and the fields in `literalFields`.
 */
export function templatedObject(
  schema: TSchema,
  literalFields: readonly string[] = [],
): JsonSchema {
  const plain = structuredClone(schema) as JsonSchema;
  const properties = Object.entries(plain.properties ?? {}).map(([name, property]) => [
    name,
    literalFields.includes(name) ? property : templated(property),
  ]);
  return { ...plain, properties: Object.fromEntries(properties) as Record<string, JsonSchema> };
}

function templated(schema: JsonSchema): JsonSchema {
  if (acceptsAnyString(schema)) return schema;
  const { description, examples, ...literal } = schema;
  if (literal.properties) literal.properties = mapValues(literal.properties);
  if (literal.patternProperties) literal.patternProperties = mapValues(literal.patternProperties);
  if (literal.items) literal.items = templated(literal.items);
  return {
    ...(description === undefined ? {} : { description }),
    ...(examples === undefined ? {} : { examples }),
    if: TEMPLATE,
    else: literal,
  };
}

function mapValues(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([key, schema]) => [key, templated(schema)]),
  );
}

/** Such a schema accepts templates, which are strings. */
function acceptsAnyString(schema: JsonSchema): boolean {
  const constraints = Object.keys(schema).filter(
    (keyword) => !['type', 'description', 'examples'].includes(keyword),
  );
  if (constraints.length > 0) return false;
  return schema.type === undefined || schema.type === 'string';
}
