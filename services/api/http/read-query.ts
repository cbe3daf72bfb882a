import type { TObject, TSchema } from 'typebox';
import { AioError } from '@aio/core/errors';

/**
 * Reads a query string as values of its schema's types.
 * @throws AioError `bad_request` for an unknown or a repeated name
 */
export function readQuery(
  querystring: string,
  schema: TObject | undefined,
): Record<string, unknown> {
  const properties = schema?.properties ?? {};
  const values = new Map<string, unknown>();
  for (const [name, text] of new URLSearchParams(querystring)) {
    if (values.has(name)) {
      throw new AioError('bad_request', `The query parameter "${name}" occurs more than once.`);
    }
    const known = Object.hasOwn(properties, name);
    if (!known) throw new AioError('bad_request', `There is no query parameter "${name}".`);
    values.set(name, readValue(text, properties[name]));
  }
  return Object.fromEntries(values);
}

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
