/** The keywords of OpenAPI's JSON Schema that `close` changes. */
export interface JsonSchema {
  $ref?: string;
  type?: string;
  format?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  [keyword: string]: unknown;
}

/**
 * Closes every object of a schema, so that an unknown field is a fault. The API server would drop it silently.
 * `int-or-string` becomes both types.
 */
export function close(schema: JsonSchema): JsonSchema {
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true)
    return { type: ['integer', 'string'] as unknown as string };
  const { properties, additionalProperties, items } = schema;
  const isOpen =
    properties === undefined ||
    additionalProperties !== undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, close(property)]),
      ),
    }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: close(additionalProperties),
    }),
    ...(items && { items: close(items) }),
    ...(!isOpen && { additionalProperties: false }),
  };
}
