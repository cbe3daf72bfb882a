import * as fc from 'fast-check';

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  required?: string[];
  minProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

const FEW = 4;
const MAX_DEPTH = 4;

/**
 * Values that a schema of the OpenAPI document allows. It ignores keywords like `if`, so use a
 * validator to find out whether a value is valid.
 */
export function valuesOf(
  schema: unknown,
  components: Readonly<Record<string, unknown>>,
): fc.Arbitrary<unknown> {
  return build(schema as Schema, 0);

  function build(given: Schema | boolean | undefined, depth: number): fc.Arbitrary<unknown> {
    if (given === undefined || typeof given === 'boolean') return anyJson();
    if (given.$ref !== undefined) {
      const name = given.$ref.split('/').at(-1) ?? '';
      return build(components[name] as Schema, depth);
    }
    if ('const' in given) return fc.constant(given.const);
    if (given.enum) return fc.constantFrom(...given.enum);
    const choices = given.oneOf ?? given.anyOf;
    if (choices) return fc.oneof(...choices.map((choice) => build(choice, depth)));
    if (given.type === undefined) return given.properties ? object(given, depth) : anyJson();
    const types = [given.type].flat();
    return fc.oneof(...types.map((type) => ofType(type, given, depth)));
  }

  function ofType(type: string, schema: Schema, depth: number): fc.Arbitrary<unknown> {
    switch (type) {
      case 'string':
        return strings(schema);
      case 'integer':
        return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1_000_000 });
      case 'number':
        return fc.double({
          noNaN: true,
          noDefaultInfinity: true,
          min: schema.minimum ?? -1e6,
          max: schema.maximum ?? 1e6,
        });
      case 'boolean':
        return fc.boolean();
      case 'array': {
        const minLength = schema.minItems ?? 0;
        const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? FEW, FEW));
        return fc.array(build(schema.items, depth + 1), { minLength, maxLength });
      }
      case 'object':
        return object(schema, depth);
      default:
        return fc.constant(null);
    }
  }

  function object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const required = schema.required ?? [];
    const known = Object.entries(schema.properties ?? {}).filter(
      ([name]) => depth < MAX_DEPTH || required.includes(name),
    );
    const record = fc.record(
      Object.fromEntries(known.map(([name, value]) => [name, build(value, depth + 1)])),
      { requiredKeys: required.filter((name) => schema.properties?.[name]) },
    );
    const [[pattern, value] = [undefined, schema.additionalProperties]] = Object.entries(
      schema.patternProperties ?? {},
    );
    const isClosed =
      value === false || (value === undefined && pattern === undefined && known.length);
    if (isClosed || depth >= MAX_DEPTH) return record;
    const names = strings({ maxLength: 20, ...schema.propertyNames, ...(pattern && { pattern }) });
    const others = fc.dictionary(names, build(value as Schema, depth + 1), {
      minKeys: schema.minProperties ?? 0,
      maxKeys: Math.max(FEW, schema.minProperties ?? 0),
      noNullPrototype: true,
    });
    return fc.tuple(others, record).map(([more, own]) => ({ ...more, ...own }));
  }
}

function strings(schema: Schema): fc.Arbitrary<string> {
  const { pattern, format, minLength = 0, maxLength = Infinity } = schema;
  const isRightLength = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (format === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern !== undefined)
    return fc.stringMatching(new RegExp(pattern, 'u')).filter(isRightLength);
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40), unit: 'grapheme' });
}

function anyJson(): fc.Arbitrary<unknown> {
  return fc.jsonValue({ maxDepth: 2 });
}
