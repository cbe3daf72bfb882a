import { AioError } from '@aio/core/errors';
import { getRun, type RunDetail } from '@aio/platform/queries/get-run';
import type { RouteDeps } from '../route-deps.ts';
import { presentRun, type PresentedRun } from './present-run.ts';

/** @throws AioError `not_found` */
export async function requireRun(
  { pool }: Pick<RouteDeps, 'pool'>,
  id: string,
  options = { outputs: false },
): Promise<RunDetail> {
  const run = await getRun(pool, id, options);
  if (run === null) throw new AioError('not_found', `There is no run ${id}.`);
  return run;
}

/** A run as it is shown. @throws AioError `not_found` */
export async function readRun(
  deps: Pick<RouteDeps, 'pool' | 'links' | 'readVersion'>,
  id: string,
  options = { outputs: true },
): Promise<PresentedRun> {
  const run = await requireRun(deps, id, options);
  const { steps } = await deps.readVersion(run.workflowVersionId);
  return presentRun(run, steps, deps.links);
}
