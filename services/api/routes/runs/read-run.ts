import { AioError } from '@aio/core/errors';
import { getRun, type RunDetail } from '@aio/platform/queries/get-run';
import { findRunOwner } from '@aio/platform/queries/find-run-owner';
import { isAdmin, owns, type Principal } from '../../auth/principal.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentRun, type PresentedRun } from './present-run.ts';

/**
 * A run that is theirs.
 * @throws AioError `not_found`
 */
export async function requireRun(
  { pool }: Pick<RouteDeps, 'pool'>,
  principal: Principal,
  id: string,
  options = { outputs: false },
): Promise<RunDetail> {
  const run = await getRun(pool, id, options);
  if (run !== null && owns(principal, run.owner)) return run;
  throw noRun(id);
}

/**
 * The same, where nothing more of the run is wanted.
 * @throws AioError `not_found`
 */
export async function requireOwnRun(
  { pool }: Pick<RouteDeps, 'pool'>,
  principal: Principal,
  id: string,
): Promise<void> {
  if (isAdmin(principal)) return;
  const owner = await findRunOwner(pool, id);
  if (owner === null || !owns(principal, owner)) throw noRun(id);
}

/** A run of theirs as it is shown. @throws AioError `not_found` */
export async function readRun(
  deps: Pick<RouteDeps, 'pool' | 'links' | 'readVersion'>,
  principal: Principal,
  id: string,
  options = { outputs: true },
): Promise<PresentedRun> {
  const run = await requireRun(deps, principal, id, options);
  const { steps } = await deps.readVersion(run.workflowVersionId);
  return presentRun(run, steps, deps.links);
}

function noRun(id: string): AioError {
  return new AioError('not_found', `There is no run ${id}.`);
}
