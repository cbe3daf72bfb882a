/** Turns Ajv's errors into faults with hints. */

import type { ErrorObject } from 'ajv';
import type { Fault } from '../errors.ts';
import { suggest } from '../text/suggest.ts';
import { escapePointer } from './pointer.ts';

/** Most described faults; then `MORE_FAULTS` follows. */
export const MAX_DESCRIBED = 100;
/** Characters of a value and of a pointer in a fault: both can be as large as the data. */
const MAX_QUOTED = 100;
const MAX_POINTER_LENGTH = 2_000;
/** Allowed values that are compared with a wrong one, to suggest the nearest. */
const MAX_COMPARED = 500;

/** The part of Ajv's errors (with `verbose`) that is used here. */
export type SchemaError = Pick<
  ErrorObject,
  | 'keyword'
  | 'instancePath'
  | 'schemaPath'
  | 'params'
  | 'message'
  | 'schema'
  | 'parentSchema'
  | 'data'
>;

export function describeErrors(errors: readonly SchemaError[]): Fault[] {
  const telling = dropSummaries(errors);
  const described = telling.slice(0, MAX_DESCRIBED).map(describeError);
  return telling.length > MAX_DESCRIBED ? [...described, MORE_FAULTS] : described;
}

/** Keeps either the summary of a failed alternative or its branches, whichever says more. */
function dropSummaries(errors: readonly SchemaError[]): SchemaError[] {
  const isAlternative = ({ keyword }: SchemaError) => keyword === 'anyOf' || keyword === 'oneOf';
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

function placeOf(error: SchemaError): string {
  return error.instancePath;
}

/** Ends a list of faults that is incomplete. */
export const MORE_FAULTS: Fault = {
  pointer: '',
  rule: 'more',
  message: 'there are more errors',
  hint: 'fix these first',
};

function describeError(error: SchemaError): Fault {
  const { params } = error;
  const pointer = shorten(error.instancePath, MAX_POINTER_LENGTH);
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  switch (error.keyword) {
    case 'required': {
      const name = shorten(String(params['missingProperty']));
      return { pointer, rule: 'required', message: `"${name}" is missing`, hint: `add "${name}"` };
    }
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return describeUnknownField(pointer, String(Object.values(params)[0]), schema);
    case 'type':
      return {
        pointer,
        rule: 'type',
        message: `must be ${describeType(params['type'])}, but is ${typeName(error.data)}`,
        hint: hintOf(schema, 'change its type'),
      };
    case 'enum': {
      const allowed = (error.schema as unknown[])
        .slice(0, MAX_COMPARED)
        .map((value) => (typeof value === 'string' ? shorten(value) : quote(value)));
      const otherwise = `use one of: ${allowed.slice(0, 20).join(', ')}`;
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
        hint: `use ${quote(error.schema)}`,
      };
    case 'pattern':
      return {
        pointer,
        rule: 'pattern',
        message: `${quote(error.data)} does not match the pattern ${params['pattern']}`,
        hint: hintOf(schema, 'change it to match the pattern'),
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
  const otherwise =
    known.length > 0
      ? `use one of: ${known
          .slice(0, 20)
          .map((other) => shorten(other))
          .join(', ')}`
      : 'remove it';
  return {
    pointer: shorten(`${pointer}/${escapePointer(shorten(name))}`, MAX_POINTER_LENGTH),
    rule: 'unknown_field',
    message: `unknown field "${shorten(name)}"`,
    hint: suggest(name, known, otherwise),
  };
}

function describeKind(error: SchemaError, schema: Record<string, unknown>): Fault {
  const tag = String(error.params['tag']);
  const branches = (schema['oneOf'] ?? []) as { properties: Record<string, { const: string }> }[];
  const known = branches.map((branch) => branch.properties[tag]!.const);
  const given = error.params['tagValue'] as unknown;
  const otherwise = `use one of: ${known.join(', ')}`;
  return {
    pointer: given === undefined ? error.instancePath : `${error.instancePath}/${tag}`,
    rule: given === undefined ? 'required' : 'enum',
    message: given === undefined ? `"${tag}" is missing` : `unknown ${tag} ${quote(given)}`,
    hint: typeof given === 'string' ? suggest(given, known, otherwise) : otherwise,
  };
}

function hintOf(schema: Record<string, unknown>, otherwise: string): string {
  const [example] = Array.isArray(schema['examples']) ? schema['examples'] : [];
  const parts = [
    typeof schema['description'] === 'string' ? shorten(schema['description'], 1_000) : '',
    example === undefined ? '' : `for example ${quote(example)}`,
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

/** The start of a value's JSON. Writes no more of a large value than it shows. */
function quote(value: unknown): string {
  let left = MAX_QUOTED;
  const start = JSON.stringify(value, (_key, member: unknown) => {
    left -= 2 + (typeof member === 'string' ? member.length : 2);
    if (typeof member === 'string') return shorten(member, MAX_QUOTED);
    if (Array.isArray(member)) return left > 0 ? member.slice(0, MAX_QUOTED) : [];
    if (typeof member !== 'object' || member === null) return member;
    return left > 0 ? firstMembers(member) : {};
  });
  return shorten(start ?? 'nothing', MAX_QUOTED);
}

function firstMembers(object: object): object {
  const members: Record<string, unknown> = {};
  let count = 0;
  for (const name in object) {
    if (count++ > MAX_QUOTED) break;
    members[shorten(name)] = (object as Record<string, unknown>)[name];
  }
  return members;
}

/** Shortens a text from the data for a fault. */
export function shorten(text: string, most = MAX_QUOTED): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function snakeCase(keyword: string): string {
  return keyword.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
