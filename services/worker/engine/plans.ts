import { compilePlan, type Plan } from '@aio/core/definition/compile';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import type { EngineStorage } from '@aio/core/run/storage';

const KEPT_PLANS = 200;

/** Compiled definitions by version. Versions never change, so plans are cached. */
export interface Plans {
  get(workflowVersionId: string): Promise<Plan>;
  numberOf(workflowVersionId: string): Promise<number>;
}

interface Version {
  number: number;
  plan: Plan;
}

export function createPlans(storage: Pick<EngineStorage, 'loadDefinition'>): Plans {
  const versions = new Map<string, Promise<Version>>();

  async function load(versionId: string): Promise<Version> {
    const { version, definition } = await storage.loadDefinition(versionId);
    return { number: version, plan: compilePlan(definition as WorkflowDefinition) };
  }

  function find(versionId: string): Promise<Version> {
    const known = versions.get(versionId);
    if (known) return known;
    const version = load(versionId);
    version.catch(() => versions.delete(versionId));
    versions.set(versionId, version);
    const [oldest] = versions.keys();
    if (versions.size > KEPT_PLANS) versions.delete(oldest!);
    return version;
  }

  return {
    get: async (versionId) => (await find(versionId)).plan,
    numberOf: async (versionId) => (await find(versionId)).number,
  };
}
