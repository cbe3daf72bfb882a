/** Turns Ajv's errors into faults that say what to do. */

import type { ErrorObject } from 'ajv';
import type { Fault } from '../errors.ts';
import { suggest } from '../text/suggest.ts';
import { escapePointer } from './pointer.ts';

/** Faults described at once; `MORE_FAULTS` says that there are others. */
export const MAX_DESCRIBED = 100;

/** @param errors as Ajv gives them with `verbose` */
export function describeErrors(errors: readonly ErrorObject[]): Fault[] {
  const telling = dropSummaries(errors);
  const described = telling.slice(0, MAX_DESCRIBED).map(describeError);
  return telling.length > MAX_DESCRIBED ? [...described, MORE_FAULTS] : described;
}

/** Of a failed alternative either the summary or its branches are told, whichever says more. */
function dropSummaries(errors: readonly ErrorObject[]): ErrorObject[] {
  const isAlternative = ({ keyword }: ErrorObject) => keyword === 'anyOf' || keyword === 'oneOf';
  const branches = errors
    .filter(isAlternative)
    .slice(0, MAX_DESCRIBED)
    .map(({ schemaPath }) => `${schemaPath}/`);
  const telling = errors.filter(
    ({ keyword, schemaPath }) =>
      keyword !== 'if' && !branches.some((path) => schemaPath.startsWith(path)),
  );
  const places = new Set(telling.filter((error) => !isAlternative(error)).map(placeOf));
  return telling.filter((error) => !isAlternative(error) || !places.has(placeOf(error)));
}

function placeOf(error: ErrorObject): string {
  return error.instancePath;
}

/** Stands at the end of faults that are not all. */
export const MORE_FAULTS: Fault = {
  pointer: '',
  rule: 'more',
  message: 'there are more faults',
  hint: 'mend these first',
};

function describeError(error: ErrorObject): Fault {
  const { instancePath: pointer, params } = error;
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  switch (error.keyword) {
    case 'required': {
      const name = String(params['missingProperty']);
      return { pointer, rule: 'required', message: `"${name}" is missing`, hint: `add "${name}"` };
    }
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return describeUnknownField(pointer, String(Object.values(params)[0]), schema);
    case 'type':
      return {
        pointer,
        rule: 'type',
        message: `must be ${describeType(params['type'])}, is ${typeName(error.data)}`,
        hint: hintOf(schema, 'change its type'),
      };
    case 'enum': {
      const allowed = (error.schema as unknown[]).map((value) =>
        typeof value === 'string' ? value : JSON.stringify(value),
      );
      const otherwise = `one of: ${allowed.slice(0, 20).join(', ')}`;
      return {
        pointer,
        rule: 'enum',
        message: `${quote(error.data)} is not allowed here`,
        hint: typeof error.data === 'string' ? suggest(error.data, allowed, otherwise) : otherwise,
      };
    }
    case 'const':
      return {
        pointer,
        rule: 'const',
        message: `${quote(error.data)} is not allowed here`,
        hint: `it must be ${quote(error.schema)}`,
      };
    case 'pattern':
      return {
        pointer,
        rule: 'pattern',
        message: `${quote(error.data)} does not have the form ${params['pattern']}`,
        hint: hintOf(schema, 'change its form'),
      };
    case 'discriminator':
      return describeKind(error, schema);
    default:
      return {
        pointer,
        rule: snakeCase(error.keyword),
        message: error.message ?? error.keyword,
        hint: hintOf(schema, 'see the schema'),
      };
  }
}

function describeUnknownField(
  pointer: string,
  name: string,
  schema: Record<string, unknown>,
): Fault {
  const known = Object.keys((schema['properties'] as object | undefined) ?? {});
  const otherwise = known.length > 0 ? `known: ${known.slice(0, 20).join(', ')}` : 'leave it out';
  return {
    pointer: `${pointer}/${escapePointer(name)}`,
    rule: 'unknown_field',
    message: `there is no field "${name.slice(0, 100)}" here`,
    hint: suggest(name, known, otherwise),
  };
}

function describeKind(error: ErrorObject, schema: Record<string, unknown>): Fault {
  const tag = String(error.params['tag']);
  const branches = (schema['oneOf'] ?? []) as { properties: Record<string, { const: string }> }[];
  const known = branches.map((branch) => branch.properties[tag]!.const);
  const given = error.params['tagValue'] as unknown;
  const otherwise = `one of: ${known.join(', ')}`;
  return {
    pointer: given === undefined ? error.instancePath : `${error.instancePath}/${tag}`,
    rule: given === undefined ? 'required' : 'enum',
    message: given === undefined ? `"${tag}" is missing` : `there is no ${tag} ${quote(given)}`,
    hint: typeof given === 'string' ? suggest(given, known, otherwise) : otherwise,
  };
}

function hintOf(schema: Record<string, unknown>, otherwise: string): string {
  const [example] = Array.isArray(schema['examples']) ? schema['examples'] : [];
  const parts = [
    typeof schema['description'] === 'string' ? schema['description'] : '',
    example === undefined ? '' : `for example ${JSON.stringify(example)}`,
  ].filter((part) => part !== '');
  return parts.join(' ') || otherwise;
}

function describeType(type: unknown): string {
  return (Array.isArray(type) ? type : String(type).split(',')).join(' or ');
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function snakeCase(keyword: string): string {
  return keyword.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
