import { compilePlan } from '@aio/core/definition/compile';
import type { Plan } from '@aio/core/definition/compile';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import { loadDefinition } from '@aio/platform/queries/engine/load-run';
import type { Queryable } from '@aio/platform/queryable';

const KEPT_PLANS = 200;

/** Compiled definitions by version: versions never change, so a plan is made once. */
export interface Plans {
  get(workflowVersionId: string): Promise<Plan>;
}

export function createPlans(db: Queryable): Plans {
  const plans = new Map<string, Promise<Plan>>();

  async function load(versionId: string): Promise<Plan> {
    return compilePlan((await loadDefinition(db, versionId)) as WorkflowDefinition);
  }

  return {
    get(versionId) {
      const known = plans.get(versionId);
      if (known) return known;
      const plan = load(versionId);
      plan.catch(() => plans.delete(versionId));
      plans.set(versionId, plan);
      const [oldest] = plans.keys();
      if (plans.size > KEPT_PLANS) plans.delete(oldest!);
      return plan;
    },
  };
}
