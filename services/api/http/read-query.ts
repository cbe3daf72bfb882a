import type { TObject } from 'typebox';
import { AioError } from '@aio/core/errors';
import { readValue } from './read-value.ts';

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
