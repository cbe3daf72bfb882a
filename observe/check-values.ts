import {
  ATTRIBUTE_FACTS,
  type AttributeFact,
  type AttributeType,
  FIELD_FACTS,
} from '@aio/catalog/attribute-facts';
import type { Findings } from './findings.ts';

/** A span or log record. */
interface Described {
  attributes: Readonly<Record<string, unknown>>;
}

const FACTS: Readonly<Record<string, AttributeFact>> = { ...FIELD_FACTS, ...ATTRIBUTE_FACTS };

const FITS: Readonly<Record<AttributeType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  double: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  'string[]': (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  any: () => true,
};

/** Checks attribute values against the types of the catalogue. Ignores unknown attributes. */
export function checkValues(described: readonly Described[]): Findings {
  const faults = new Set<string>();
  for (const { attributes } of described)
    for (const [name, value] of Object.entries(attributes)) {
      const [type] = FACTS[name] ?? ['any'];
      if (!FITS[type](value))
        faults.add(`${name} is ${JSON.stringify(value)}, not of type ${type}`);
    }
  return { faults: [...faults], excused: [] };
}
