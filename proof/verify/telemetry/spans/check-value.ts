import { type AttributeType, ATTRIBUTE_TYPES } from '@aio/catalog/traces/attribute-types';

const TYPES: Readonly<Record<string, AttributeType>> = ATTRIBUTE_TYPES;

/** What is wrong with the value of an attribute; null = it has the type of the catalogue, or is not in it. */
export function faultOfValue(name: string, value: unknown): string | null {
  const type = TYPES[name];
  if (type === undefined || fits(value, type)) return null;
  const expected = typeof type === 'string' ? type : `one of ${type.oneOf.join(', ')}`;
  return `has ${name} = ${JSON.stringify(value)}, not ${expected}`;
}

/** A value that fits, for tests. */
export function exampleOf(name: string): unknown {
  const type = TYPES[name] ?? 'any';
  if (typeof type !== 'string') return type.oneOf[0];
  return { string: 'x', int: 1, double: 0.5, boolean: true, 'string[]': ['x'], any: {} }[type];
}

function fits(value: unknown, type: AttributeType): boolean {
  if (typeof type !== 'string') return type.oneOf.includes(value as string);
  switch (type) {
    case 'int':
      return Number.isInteger(value);
    case 'double':
      return typeof value === 'number';
    case 'string[]':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
    case 'any':
      return true;
    default:
      return typeof value === type;
  }
}
