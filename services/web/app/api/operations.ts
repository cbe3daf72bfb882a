import type { OpenApiDocument } from '../../shared/api.ts';

type Parameter = NonNullable<OpenApiDocument['paths'][string][string]['parameters']>[number];

/** An operation of the OpenAPI document, as the reference shows it. */
export interface ApiOperation {
  id: string;
  tag: string;
  method: string;
  path: string;
  summary: string;
  description: string | undefined;
  parameters: readonly Parameter[];
  /** Schemas of the request and of each response. */
  bodies: readonly { title: string; schema: unknown }[];
  /** Media type of the request; null = no body. */
  sends: string | null;
}

/** The operations of a document, in its order. */
export function operationsOf({ paths }: OpenApiDocument): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): ApiOperation => {
      const request = Object.entries(operation.requestBody?.content ?? {});
      return {
        id: operation.operationId,
        tag: operation.tags[0] ?? '',
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        description: operation.description,
        parameters: operation.parameters ?? [],
        bodies: [
          ...request.map(([type, { schema }]) => ({ title: type, schema })),
          ...Object.entries(operation.responses).map(([status, { description, content }]) => ({
            title: `${status} ${description}`,
            schema: Object.values(content ?? {})[0]?.schema,
          })),
        ],
        sends: request.at(-1)?.[0] ?? null,
      };
    }),
  );
}

const REFERENCE = '#/components/schemas/';

/** The schema that a reference names; otherwise the schema itself. */
export function namedIn(schema: unknown, schemas: Readonly<Record<string, unknown>>): unknown {
  const reference = (schema as { $ref?: string }).$ref;
  return reference === undefined ? schema : schemas[reference.replace(REFERENCE, '')];
}

/** A command that calls the operation. `$name` stands for a part of the path, `$TOKEN` for a token. */
export function curlOf({ method, path, sends }: ApiOperation, origin: string): string {
  const url = `"${origin}${path.replaceAll(/\{(\w+)\}/g, '$$$1')}"`;
  const token = '-H "authorization: Bearer $TOKEN"';
  const body = sends === null ? '' : ` -H 'content-type: ${sends}' --data-binary @body`;
  return `curl ${method === 'GET' ? '' : `-X ${method} `}${token}${body} ${url}`;
}
