import { AioError } from '@aio/core/errors';
import { getRun, type RunDetail } from '@aio/platform/queries/get-run';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentRun, type PresentedRun } from './present-run.ts';
import { readWaits } from './run-waits.ts';

/** @throws AioError `not_found` if the run doesn't exist or belongs to another owner */
export async function requireRun(
  { pool }: Pick<RouteDeps, 'pool'>,
  principal: Principal,
  id: string,
  options = { outputs: false },
): Promise<RunDetail> {
  const run = await getRun(pool, id, { ...options, owner: scopeOf(principal) });
  if (run !== null) return run;
  throw new AioError('not_found', `There is no run ${id}.`);
}

/** The run as the API presents it. @throws AioError as `requireRun` */
export async function readRun(
  deps: Pick<RouteDeps, 'pool' | 'links' | 'readVersion' | 'queues'>,
  principal: Principal,
  id: string,
  options = { outputs: true },
): Promise<PresentedRun> {
  const run = await requireRun(deps, principal, id, options);
  const { steps } = await deps.readVersion(run.workflowVersionId);
  return presentRun(run, steps, deps.links, await readWaits(deps, run, steps));
}
