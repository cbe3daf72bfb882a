/** `const`, `enum` and `uniqueItems` of JSON Schema, which compare values as JSON. */

import type { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Replaces Ajv's comparisons, which throw on data with a member `toString` or `valueOf` and take
 * quadratic time. Call it before compiling a schema.
 */
export function replaceComparisons(ajv: Ajv2020): void {
  for (const keyword of ['const', 'enum', 'uniqueItems']) ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword: 'const',
    error: { message: 'must be equal to constant' },
    compile: (value: unknown) => isOneOf([value]),
  });
  ajv.addKeyword({
    keyword: 'enum',
    schemaType: 'array',
    error: { message: 'must be equal to one of the allowed values' },
    compile: (values: unknown[]) => isOneOf(values),
  });
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (isWanted: boolean, items: unknown[]) =>
      !isWanted || new Set(items.map(canonicalJson)).size === items.length,
  });
}

function isOneOf(values: readonly unknown[]): (data: unknown) => boolean {
  const allowed = new Set(values.map(canonicalJson));
  const areScalars = !values.some(isContainer);
  return (data) => !(areScalars && isContainer(data)) && allowed.has(canonicalJson(data));
}

export function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Sorts members by name, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((name) => {
      const member = (value as Record<string, unknown>)[name];
      return `${JSON.stringify(name)}:${canonicalJson(member)}`;
    });
  return `{${members.join(',')}}`;
}
