import type { JsonSchema } from '../../shared/api.ts';
import { t } from '../text/i18n.ts';
import type { Field } from './field.ts';

/** An example input from the workflow's author. */
export interface InputExample {
  label: string;
  input: unknown;
}

/** The `examples` of an input schema, in order. */
export function examplesOf(schema: JsonSchema | undefined): InputExample[] {
  // The API accepts any annotation, so `examples` may not be an array.
  const inputs = Array.isArray(schema?.examples) ? schema.examples : [];
  return inputs.map((input, index) => ({
    label:
      inputs.length === 1 ? t('start.example') : t('start.exampleNumber', { number: index + 1 }),
    input,
  }));
}

/** Whether the form has a field for every property of the input. If not, the form shows JSON. */
export function fitsForm(input: unknown, fields: readonly Field[]): boolean {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const names = new Set(fields.map((field) => field.name));
  return Object.keys(input).every((name) => names.has(name));
}
