/** Keywords of OpenAI's strict mode: https://developers.openai.com/api/docs/guides/structured-outputs */
const KEYWORDS = new Set([
  '$defs',
  '$ref',
  'additionalProperties',
  'anyOf',
  'const',
  'description',
  'enum',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'items',
  'maxItems',
  'maximum',
  'minItems',
  'minimum',
  'multipleOf',
  'pattern',
  'properties',
  'required',
  'title',
  'type',
]);

type Schema = Record<string, unknown>;

/**
 * Whether OpenAI accepts the schema in strict mode: no other keywords, and objects are closed and require all their
 * properties. If not, the model gets the schema as advice. AIO validates the answer in both cases.
 */
export function fitsStrictMode(schema: unknown): boolean {
  if (!isRecord(schema) || Object.keys(schema).some((keyword) => !KEYWORDS.has(keyword)))
    return false;
  return isClosed(schema) && subschemas(schema).every(fitsStrictMode);
}

function isClosed({ type, properties, required, additionalProperties }: Schema): boolean {
  if (type !== 'object' && properties === undefined) return true;
  const names = isRecord(properties) ? Object.keys(properties) : [];
  return (
    additionalProperties === false &&
    names.every((name) => Array.isArray(required) && required.includes(name))
  );
}

function subschemas({ properties, $defs, items, anyOf }: Schema): unknown[] {
  return [
    ...(isRecord(properties) ? Object.values(properties) : []),
    ...(isRecord($defs) ? Object.values($defs) : []),
    ...(items === undefined ? [] : [items]),
    ...(Array.isArray(anyOf) ? anyOf : []),
  ];
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
