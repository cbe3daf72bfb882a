import type { JsonSchema, Fault } from '../../shared/api.ts';

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

/** An example input from the workflow's author. */
export interface InputExample {
  label: string;
  input: unknown;
}

/** The `examples` of an input schema, in order, with the names that its author gave them. */
export function examplesOf(schema: JsonSchema | undefined): InputExample[] {
  // The API accepts any annotation, so `examples` may not be an array.
  const inputs = Array.isArray(schema?.examples) ? schema.examples : [];
  const given = schema?.['x-exampleNames'];
  const names: unknown[] = Array.isArray(given) ? given : [];
  const numbered = (index: number): string =>
    inputs.length === 1 ? 'Example' : `Example ${index + 1}`;
  return inputs.map((input, index) => {
    const name = names[index];
    return { label: typeof name === 'string' ? name : numbered(index), input };
  });
}

/** Whether the form has a field for every property of the input. If not, the form shows JSON. */
export function fitsForm(input: unknown, fields: readonly Field[]): boolean {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const names = new Set(fields.map((field) => field.name));
  return Object.keys(input).every((name) => names.has(name));
}

/**
 * Faults by the field that their pointer leads to or into. `prefix` is the input's pointer in the
 * request body.
 */
export function placeFaults(
  faults: readonly Fault[],
  fields: readonly Field[],
  prefix = '',
): { byField: Map<string, Fault[]>; others: Fault[] } {
  const byField = new Map<string, Fault[]>();
  const others: Fault[] = [];
  for (const fault of faults) {
    const pointer = fault.pointer.startsWith(`${prefix}/`)
      ? fault.pointer.slice(prefix.length)
      : fault.pointer;
    const field = fields.find(
      (candidate) => pointer === candidate.pointer || pointer.startsWith(`${candidate.pointer}/`),
    );
    if (field) byField.set(field.name, [...(byField.get(field.name) ?? []), fault]);
    else others.push(fault);
  }
  return { byField, others };
}
