import { ATTRIBUTES } from '@aio/catalog/attributes';
import { REQUIRED_OF_RESOURCE } from '@aio/catalog/span-rules';
import type { Findings } from './findings.ts';

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
