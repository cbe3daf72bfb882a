import {
  ATTRIBUTE_FACTS,
  type AttributeFact,
  type AttributeType,
  FIELD_FACTS,
} from '@aio/catalog/attribute-facts';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import { REQUIRED_OF_RESOURCE } from '@aio/catalog/span-rules';
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

/** A span or log record of a process. */
interface Exported {
  resource: Readonly<Record<string, unknown>>;
}

/** Checks that everything a process exports names the process, its build and the SDK. */
export function checkResources(exported: readonly Exported[]): Findings {
  const faults = new Set<string>();
  for (const { resource } of exported)
    for (const attribute of REQUIRED_OF_RESOURCE)
      if (!resource[attribute])
        faults.add(`${String(resource[ATTRIBUTES.serviceName])} exports without ${attribute}`);
  return { faults: [...faults], excused: [] };
}
