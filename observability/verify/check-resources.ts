import { ATTRIBUTES } from '@aio/catalog/attributes';
import { REQUIRED_OF_RESOURCE } from '@aio/catalog/span-rules';
import type { Findings } from './findings.ts';

/** What came from a process: spans, log records. */
interface Exported {
  resource: Readonly<Record<string, unknown>>;
}

/** Whether each process says with all that it exports who it is, of which build, and by which SDK. */
export function checkResources(exported: readonly Exported[]): Findings {
  const faults = new Set<string>();
  for (const { resource } of exported)
    for (const attribute of REQUIRED_OF_RESOURCE)
      if (!resource[attribute])
        faults.add(`${String(resource[ATTRIBUTES.serviceName])} exports without ${attribute}`);
  return { faults: [...faults], excused: [] };
}
