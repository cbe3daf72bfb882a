import * as fc from 'fast-check';
import type { OpenApiDocument, Operation, Parameter } from '../../http/open-api.ts';
import { bodyTypeOf, writeBody } from './bodies.ts';
import { valuesOf } from './schema-values.ts';

export interface FuzzOperation {
  method: string;
  path: string;
  operation: Operation;
}

/** A parameter's value: text, or an index into the known values. */
export type ParameterValue = string | { known: number };

export interface FuzzRequest {
  path: Record<string, ParameterValue>;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** undefined = none. */
  body: { type: string; text: string } | undefined;
  /** The broken part; null = valid, as far as schemas can tell. */
  broken: string | null;
}

export function operationsOf(document: OpenApiDocument): FuzzOperation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
}

/**
 * Requests that the document allows.
 * @param known valid bodies, and existing values of query parameters, to use next to random ones
 */
export function validRequests(
  { operation }: FuzzOperation,
  document: OpenApiDocument,
  known: { bodies: readonly unknown[]; query(name: string): readonly string[] },
): fc.Arbitrary<FuzzRequest> {
  const { schemas } = document.components;
  const of = (place: Parameter['in']) =>
    (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  const record = (place: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        of(place).map(({ name, schema }) => [
          name,
          among(
            valuesOf(schema, schemas)
              .map(asText)
              .map(place === 'header' ? toHeader : String),
            place === 'query' ? known.query(name) : [],
          ),
        ]),
      ),
      { requiredKeys: of(place).flatMap(({ name, required }) => (required ? [name] : [])) },
    );
  const path = fc.record(
    Object.fromEntries(
      of('path').map(({ name, schema }) => [
        name,
        fc.oneof(
          { weight: 4, arbitrary: fc.nat().map((known): ParameterValue => ({ known })) },
          {
            weight: 1,
            arbitrary: valuesOf(schema, schemas).map(asText) as fc.Arbitrary<ParameterValue>,
          },
        ),
      ]),
    ),
  );
  return fc.record({
    path,
    query: record('query'),
    headers: record('header'),
    body: validBodies(operation, schemas, known.bodies),
    broken: fc.constant(null),
  }) as fc.Arbitrary<FuzzRequest>;
}

function validBodies(
  { requestBody }: Operation,
  schemas: Readonly<Record<string, unknown>>,
  known: readonly unknown[],
): fc.Arbitrary<FuzzRequest['body']> {
  if (requestBody === undefined) return fc.constant(undefined);
  const type = bodyTypeOf(requestBody.content);
  const made = valuesOf(requestBody.content[type]?.schema, schemas);
  const values = among(made, known);
  const bodies = values.map((value) => ({ type, text: writeBody(type, value) }));
  return requestBody.required ? bodies : fc.option(bodies, { nil: undefined });
}

/** Half of the values are known ones, if there are any. */
function among<Value>(made: fc.Arbitrary<Value>, known: readonly Value[]): fc.Arbitrary<Value> {
  return known.length > 0 ? fc.oneof(made, fc.constantFrom(...known)) : made;
}

/** Headers contain printable ASCII without surrounding spaces. */
function toHeader(text: string): string {
  return text.replaceAll(/[^ -~]/g, '').trim();
}

/** Lists as in `style: form, explode: false`. */
function asText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
