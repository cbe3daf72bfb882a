import type { AttributeDefinition } from './live-registry.ts';

type Type = AttributeDefinition['type'];

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  double: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  any: () => true,
};

/** Whether the value has the type, as the registry writes it: its name, or the members of an enumeration. */
export function fits(value: unknown, type: Type): boolean {
  if (typeof type !== 'string') return type.members.some((member) => member.value === value);
  const [, element] = /^(\w+)\[\]$/.exec(type) ?? [];
  if (element === undefined) return FITS[type]?.(value) ?? false;
  return Array.isArray(value) && value.every((one) => fits(one, element));
}

/** The type in words. */
export function typeOf(type: Type): string {
  if (typeof type === 'string') return `of type ${type}`;
  return `one of ${type.members.map(({ value }) => String(value)).join(', ')}`;
}
