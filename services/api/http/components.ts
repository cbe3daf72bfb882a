import type { TSchema } from 'typebox';

/** The named schemas of an OpenAPI document. */
export interface Components {
  readonly schemas: Record<string, unknown>;
  /** A schema as it stands where it is used: its named parts are references. */
  refer(schema: TSchema): unknown;
}

/**
 * A schema with a `title` becomes a component of that name, once; one without stays where it is.
 * The `$defs` of a document of its own become components too, since references of the form
 * `#/$defs/…` would point into the OpenAPI document once the schema stands in it.
 */
export function createComponents(): Components {
  const schemas: Record<string, unknown> = {};
  const named = new Map<string, object>();

  function nameOf(schema: object): string | undefined {
    const title = (schema as { title?: unknown }).title;
    return typeof title === 'string' ? title.replaceAll(/[^A-Za-z0-9]/g, '') : undefined;
  }

  function refer(schema: unknown): unknown {
    if (typeof schema !== 'object' || schema === null) return schema;
    if (Array.isArray(schema)) return schema.map(refer);
    const name = nameOf(schema);
    if (name === undefined) return copy(schema);
    const known = named.get(name);
    if (
      known !== undefined &&
      known !== schema &&
      JSON.stringify(known) !== JSON.stringify(schema)
    ) {
      throw new Error(`Two different schemas have the title ${name}.`);
    }
    if (known === undefined) {
      named.set(name, schema);
      schemas[name] = copy(schema);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  function copy(schema: object): Record<string, unknown> {
    const copied: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(schema)) {
      if (key === '$id' || key === '$schema') continue;
      if (key === '$defs') define(value as Record<string, object>);
      else if (key === '$ref') copied[key] = referenceOf(String(value));
      else if (KEPT.has(key)) copied[key] = value;
      else copied[key] = refer(value);
    }
    return copied;
  }

  function define(definitions: Record<string, object>): void {
    for (const [name, schema] of Object.entries(definitions)) schemas[name] = copy(schema);
  }

  return { schemas, refer };
}

/** Keywords that hold data, not schemas: a `title` in them names nothing. */
const KEPT = new Set(['default', 'enum', 'const', 'examples']);

/** TypeBox refers to a definition by its bare name, JSON Schema by a pointer. */
function referenceOf(reference: string): string {
  return `#/components/schemas/${reference.replace(/^#\/\$defs\//, '')}`;
}
