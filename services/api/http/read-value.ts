import type { TSchema } from 'typebox';

/**
 * Reads text from a path or query as the type of its schema; commas separate items of arrays.
 * Text that does not fit the type stays text, so the schema refuses it.
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
