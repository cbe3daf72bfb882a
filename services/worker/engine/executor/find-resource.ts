import { AioError } from '@aio/core/errors';
import type { StepJob } from '@aio/core/run/jobs';
import type { EngineStorage } from '@aio/core/run/storage';
import type { Slices } from '@aio/platform/postgres/slices';
import type { Plans } from '../plans.ts';
import { loadScope } from './load-scope.ts';

/** Longer names do not fit the schemas of kinds. */
const LONGEST_NAME = 200;

export interface ResourceDeps {
  storage: Pick<EngineStorage, 'loadWaitingAttempt' | 'loadFacts'>;
  plans: Plans;
  slices: Slices;
}

/**
 * Finds the shared resource of a job before its attempt is claimed, so that a paused resource holds no slot and no row.
 * null = none, or its expression fails; the attempt then fails in the same way.
 */
export async function findResource(
  { storage, plans, slices }: ResourceDeps,
  job: StepJob,
): Promise<string | null> {
  if (job.resource !== null || !job.isResourceComputed) return job.resource;
  const attempt = await storage.loadWaitingAttempt(job);
  if (attempt === null) return null;
  try {
    const plan = await plans.get(attempt.workflowVersionId);
    const { resource } = plan.steps[plan.indexOf.get(job.step)!]!.work;
    if (resource === null || typeof resource === 'string') return resource;
    const scope = await loadScope(storage, plan, resource, attempt);
    const name = await slices.perform({}, () => resource.evaluate(scope));
    return typeof name === 'string' && name.length <= LONGEST_NAME ? name : null;
  } catch (error) {
    if (error instanceof AioError) return null;
    throw error;
  }
}
