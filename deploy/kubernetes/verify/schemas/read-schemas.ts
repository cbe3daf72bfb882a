import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** File with Kubernetes' schemas, in its module. */
const SWAGGER = 'api/openapi-spec/swagger.json';
/** Files with CustomResourceDefinitions, in each project's module. */
export const CRD_FILES = {
  keda: 'config/crd/bases/*.yaml',
  prometheusOperator: 'example/prometheus-operator-crd/*.yaml',
} as const;

/** JSON schemas of objects by `apiVersion/kind`, and the definitions that they refer to. */
export interface Schemas {
  byKind: Map<string, JsonSchema>;
  definitions: Record<string, JsonSchema>;
}

interface KindOfObject {
  group: string;
  version: string;
  kind: string;
}

interface Crd {
  kind: string;
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: JsonSchema } }[];
  };
}

/** Key of `Schemas.byKind`. */
export function kindKey(apiVersion: string, kind: string): string {
  return `${apiVersion}/${kind}`;
}

/** @param folder the module `k8s.io/kubernetes` */
export function readKubernetesSchemas(folder: string): Schemas {
  const swagger = JSON.parse(readFileSync(join(folder, SWAGGER), 'utf8')) as {
    definitions: Record<
      string,
      JsonSchema & { 'x-kubernetes-group-version-kind'?: KindOfObject[] }
    >;
  };
  const byKind = new Map<string, JsonSchema>();
  const definitions: Record<string, JsonSchema> = {};
  for (const [name, schema] of Object.entries(swagger.definitions)) {
    definitions[name] = close(schema);
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      byKind.set(kindKey(apiVersion, kind), { $ref: `#/definitions/${name}` });
    }
  }
  return { byKind, definitions };
}

/** Adds the kinds of CustomResourceDefinitions. @returns their files */
export function addCustomResources(schemas: Schemas, folder: string, pattern: string): string[] {
  const files = globSync(pattern, { cwd: folder })
    .sort()
    .map((file) => join(folder, file));
  for (const file of files) {
    for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
      const crd = document.toJS() as Crd | null;
      if (crd?.kind === 'CustomResourceDefinition') addKinds(schemas, crd);
    }
  }
  return files;
}

function addKinds({ byKind }: Schemas, { spec }: Crd): void {
  for (const { name, schema } of spec.versions) {
    const closed = close(schema.openAPIV3Schema);
    const { properties = {} } = closed;
    const metadata = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
    byKind.set(kindKey(`${spec.group}/${name}`, spec.names.kind), {
      ...closed,
      properties: { ...properties, metadata },
    });
  }
}

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
