import type { JsonSchema } from '../../shared/api.ts';

/**
 * The control for a property of a workflow's input. `growingText` begins with one line and grows
 * with the text; `json` is a text box for all other types.
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
  choices: unknown[]; // values of a `choice`
  preset: unknown; // the schema's default
}

const LONG_TEXT_FROM = 200;

/**
 * The fields of an input schema. null = it isn't an object with named properties, so the input is
 * written as JSON.
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

/** The control accepts line breaks unless the schema says that the text is short. */
function textControl({ maxLength, format, pattern }: JsonSchema): Control {
  if (maxLength !== undefined) return maxLength > LONG_TEXT_FROM ? 'longText' : 'text';
  return format === undefined && pattern === undefined ? 'growingText' : 'text';
}

function isTypeOrAbsent(schema: JsonSchema, type: string): boolean {
  return schema.type === undefined || schema.type === type;
}
