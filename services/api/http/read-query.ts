import type { TObject, TSchema } from 'typebox';
import { AioError } from '@aio/core/errors';

/**
 * Reads a query string as values of its schema's types. `label.a=1` is the member `a` of the object `label`.
 * @throws AioError `bad_request` for an unknown or a repeated name
 */
export function readQuery(
  querystring: string,
  schema: TObject | undefined,
): Record<string, unknown> {
  const properties = schema?.properties ?? {};
  const names = new Set<string>();
  const values = new Map<string, unknown>();
  for (const [name, text] of new URLSearchParams(querystring)) {
    if (names.has(name)) {
      throw new AioError('bad_request', `The query parameter "${name}" occurs more than once.`);
    }
    names.add(name);
    const dot = name.indexOf('.');
    const parameter = dot === -1 ? name : name.slice(0, dot);
    const schema = Object.hasOwn(properties, parameter) ? properties[parameter] : undefined;
    const isObject = schema !== undefined && 'type' in schema && schema.type === 'object';
    if (schema === undefined || isObject === (dot === -1))
      throw new AioError('bad_request', `There is no query parameter "${name}".`);
    values.set(
      parameter,
      isObject
        ? { ...(values.get(parameter) as object), [name.slice(dot + 1)]: text }
        : readValue(text, schema),
    );
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
