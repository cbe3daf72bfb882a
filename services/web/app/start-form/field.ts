import type { JsonSchema } from '../../shared/api.ts';

/**
 * How a property of a workflow's input is asked for; `growingText` has one line and gets more with what is
 * typed, `json` is a text box for anything else.
 */
export type Control =
  | 'text'
  | 'growingText'
  | 'longText'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'json';

export interface Field {
  name: string;
  pointer: string; // RFC 6901, into the input
  label: string;
  description: string | null;
  control: Control;
  isInteger: boolean;
  isRequired: boolean;
  choices: unknown[]; // of a `choice`
  preset: unknown; // the schema's default
}

const LONG_TEXT_FROM = 200;

/**
 * The fields of an input schema, or null when a form cannot stand for it (no object, or no
 * properties named) and the input is better written as JSON.
 */
export function fieldsOf(schema: JsonSchema | undefined): Field[] | null {
  const properties = Object.entries(schema?.properties ?? {});
  if (!schema || properties.length === 0 || !isTypeOrAbsent(schema, 'object')) return null;
  const required = new Set(schema.required);
  return properties.map(([name, property]) => ({
    name,
    pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    label: property.title ?? name,
    description: property.description ?? null,
    control: controlOf(property),
    isInteger: property.type === 'integer',
    isRequired: required.has(name),
    choices: property.enum ?? [],
    preset: property.default,
  }));
}

function controlOf(property: JsonSchema): Control {
  if (property.enum) return 'choice';
  switch (property.type) {
    case 'string':
      return textControl(property);
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** Line breaks are kept wherever the schema does not say that the text is short. */
function textControl({ maxLength, format, pattern }: JsonSchema): Control {
  if (maxLength !== undefined) return maxLength > LONG_TEXT_FROM ? 'longText' : 'text';
  return format === undefined && pattern === undefined ? 'growingText' : 'text';
}

function isTypeOrAbsent(schema: JsonSchema, type: string): boolean {
  return schema.type === undefined || schema.type === type;
}
