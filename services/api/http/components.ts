import type { TSchema } from 'typebox';

/** The named schemas of an OpenAPI document. */
export interface Components {
  readonly schemas: Record<string, unknown>;
  /** Returns the schema with references in place of its named parts. */
  refer(schema: TSchema): unknown;
}

/**
 * A schema with a `title` becomes a component; one without stays inline. `$defs` become components
 * too, since `#/$defs/…` would point to the root of the OpenAPI document. The schema's name
 * prefixes them: a step of a definition is not a step of a run.
 */
export function createComponents(): Components {
  const schemas: Record<string, unknown> = {};
  const named = new Map<string, object>();

  function nameOf(schema: object): string | undefined {
    const title = (schema as { title?: unknown }).title;
    return typeof title === 'string' ? title.replaceAll(/[^A-Za-z0-9]/g, '') : undefined;
  }

  /** @param owner name of the schema whose `$defs` the references point to */
  function refer(schema: unknown, owner = ''): unknown {
    if (typeof schema !== 'object' || schema === null) return schema;
    if (Array.isArray(schema)) return schema.map((each) => refer(each, owner));
    const name = nameOf(schema);
    if (name === undefined) return copy(schema, owner);
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
      schemas[name] = copy(schema, '$defs' in schema ? name : owner);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  function copy(schema: object, owner: string): Record<string, unknown> {
    const copied: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(schema)) {
      if (key === '$id' || key === '$schema') continue;
      if (key === '$defs') define(value as Record<string, object>, owner);
      else if (key === '$ref') copied[key] = referenceOf(String(value), owner);
      else if (KEPT.has(key)) copied[key] = value;
      else copied[key] = refer(value, owner);
    }
    return copied;
  }

  function define(definitions: Record<string, object>, owner: string): void {
    for (const [name, schema] of Object.entries(definitions))
      schemas[owner + name] = copy(schema, owner);
  }

  return { schemas, refer: (schema) => refer(schema) };
}

/** Keywords that hold data, not schemas. A `title` in them is no component's name. */
const KEPT = new Set(['default', 'enum', 'const', 'examples']);

/** TypeBox refers to a definition by its bare name, JSON Schema by a pointer. */
function referenceOf(reference: string, owner: string): string {
  return `#/components/schemas/${owner}${reference.replace(/^#\/\$defs\//, '')}`;
}
