/**
 * Values of expressions: JSON, and `bigint` for CEL's int. Integer literals and sizes are ints, JSON
 * numbers are doubles. Operators accept both.
 */

export type Value = null | boolean | string | number | bigint | Value[] | ValueMap;
export interface ValueMap {
  [key: string]: Value;
}

export type TypeName = 'null' | 'bool' | 'string' | 'double' | 'int' | 'list' | 'map' | 'unknown';

export function typeOf(value: unknown): TypeName {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'number':
      return 'double';
    case 'bigint':
      return 'int';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'list' : 'map';
    default:
      return 'unknown';
  }
}

export function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

export function isMap(value: Value): value is ValueMap {
  return typeOf(value) === 'map';
}

/** Reads own members only, never those of JavaScript's prototypes. */
export function member(map: ValueMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Sets a member of any name, even `__proto__`, without changing a prototype. */
export function setMember(map: object, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    (map as Record<string, unknown>)[key] = value;
  }
}
