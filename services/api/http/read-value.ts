import type { TSchema } from 'typebox';

/**
 * A text from path or query as its schema types it: numbers and booleans in their one spelling,
 * arrays from comma lists. What does not read as its type stays text, for the schema to refuse.
 */
export function readValue(text: string, schema: TSchema | undefined): unknown {
  switch (schema !== undefined && 'type' in schema ? schema.type : undefined) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'number':
      return /^-?\d{1,15}(\.\d{1,20})?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    case 'array':
      return text.split(',');
    default:
      return text;
  }
}
