import type { Fault } from '../../shared/api.ts';
import type { Field } from './fields.ts';

/** Values of the controls: typed text, booleans, or the index of a choice. */
export type Draft = Record<string, string | boolean | number | undefined>;

/** The initial values of the controls, from `input` or else from the schema's defaults. */
export function draftOf(fields: Field[], input: unknown = {}): Draft {
  const given = isObject(input) ? input : {};
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      display(field, Object.hasOwn(given, field.name) ? given[field.name] : field.preset),
    ]),
  );
}

/**
 * The form's input, and a fault for each unreadable field. It omits empty fields. The API checks
 * the input against the schema.
 */
export function readInput(fields: Field[], draft: Draft): { input: unknown; faults: Fault[] } {
  const input: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const field of fields) {
    const read = readField(field, draft[field.name]);
    if ('fault' in read) faults.push(read.fault);
    else if (read.value !== undefined) {
      // defineProperty: a field may be called `__proto__`.
      Object.defineProperty(input, field.name, { value: read.value, enumerable: true });
    }
  }
  return { input, faults };
}

/** Parses JSON; an empty text is `undefined`. */
export function readJson(text: string, pointer: string): { value: unknown } | { fault: Fault } {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const hint = error instanceof Error ? error.message : '';
    return { fault: { pointer, rule: 'json', message: 'Invalid JSON.', hint } };
  }
}

function readField(field: Field, entry: Draft[string]): ReturnType<typeof readJson> {
  if (field.control === 'boolean') return { value: entry === true };
  if (field.control === 'choice') {
    return readOrMissing(field, { value: field.choices[Number(entry ?? -1)] });
  }
  const text = String(entry ?? '');
  if (field.control === 'json') return readOrMissing(field, readJson(text, field.pointer));
  if (text === '') return readOrMissing(field, { value: undefined });
  if (field.control !== 'number') return { value: text };
  const value = Number(text);
  if (Number.isFinite(value)) return { value };
  return { fault: fault(field, 'type', `${field.label} must be a number.`) };
}

function readOrMissing(
  field: Field,
  read: ReturnType<typeof readJson>,
): ReturnType<typeof readJson> {
  if ('fault' in read || read.value !== undefined || !field.isRequired) return read;
  return { fault: fault(field, 'required', `${field.label} is required.`) };
}

function fault(field: Field, rule: string, message: string): Fault {
  return { pointer: field.pointer, rule, message, hint: '' };
}

function display(field: Field, value: unknown): Draft[string] {
  if (field.control === 'boolean') return value === true;
  if (value === undefined) return undefined;
  if (field.control === 'choice') {
    const index = field.choices.findIndex(
      (choice) => JSON.stringify(choice) === JSON.stringify(value),
    );
    return index === -1 ? undefined : index;
  }
  return field.control === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
