import { MAX_STEPS } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import { getRun, readDetail, type RunHead } from '@aio/platform/queries/runs/get-run';
import { readRunValues, weighRun } from '@aio/platform/queries/runs/run-values';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import type { InProgress } from '../../limits/at-once.ts';
import type { RouteDeps } from '../route-deps.ts';
import { type PresentedRun, presentRun } from './present-run.ts';
import { readWaits } from './wait-reasons.ts';
import { defineRoute, MB, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import { GetRunQuery, RunParams, RunSchema } from './schema.ts';

/** A step takes less, but as much CPU as these bytes of stored JSON. */
export const STEP_BYTES = 2048;

/** @throws AioError `not_found` if the run doesn't exist or belongs to another owner */
export async function requireRun(
  { pool }: Pick<RouteDeps, 'pool'>,
  principal: Principal,
  id: string,
): Promise<RunHead> {
  const run = await getRun(pool, id, { owner: scopeOf(principal) });
  if (run !== null) return run;
  throw new AioError('not_found', `There is no run ${id}.`);
}

/**
 * Counts the request as a large read if the run is large. Call it before reading steps or values.
 * @throws AioError as `AtOnce.enterRead`
 */
export async function enterRead(
  deps: Pick<RouteDeps, 'pool' | 'readVersion' | 'atOnce'>,
  request: InProgress,
  runs: readonly RunHead[],
  options: { outputs: boolean },
): Promise<void> {
  const sizes = await Promise.all(
    runs.map(async ({ id, workflowVersionId }) => {
      const { steps } = await deps.readVersion(workflowVersionId);
      return steps.length * STEP_BYTES + (await weighRun(deps.pool, id, options));
    }),
  );
  deps.atOnce.enterRead(
    request,
    sizes.reduce((sum, bytes) => sum + bytes, 0),
  );
}

/** The run as the API presents it, after `enterRead` if the request only reads. */
export async function readRun(
  deps: Pick<RouteDeps, 'pool' | 'links' | 'readVersion' | 'queues' | 'slices'>,
  run: RunHead,
  options: { outputs: boolean },
): Promise<PresentedRun> {
  const [{ steps }, detail, values] = await Promise.all([
    deps.readVersion(run.workflowVersionId),
    readDetail(deps.pool, run),
    readRunValues(deps.pool, run.id, options),
  ]);
  const waits = await readWaits(deps, detail, steps);
  return deps.slices.perform(run, () => presentRun(detail, values, steps, deps.links, waits));
}

/** The run as the answer to a request that started or changed it: without outputs of steps, and never refused. */
export async function readChangedRun(
  deps: Pick<RouteDeps, 'pool' | 'links' | 'readVersion' | 'queues' | 'slices'>,
  principal: Principal,
  id: string,
): Promise<PresentedRun> {
  return readRun(deps, await requireRun(deps, principal, id), { outputs: false });
}

export function getRunRoute(
  deps: Pick<RouteDeps, 'pool' | 'links' | 'readVersion' | 'queues' | 'atOnce' | 'slices'>,
): Route {
  return defineRoute({
    id: 'getRun',
    tag: 'runs',
    summary: 'Get a run with its steps and attempts',
    description:
      'Steps are in the order of the definition. Maps have only the number of their items; `/runs/{id}/steps/{step}/items` lists them. `outputs=false` omits the outputs of steps.',
    method: 'GET',
    atMost: { rows: MAX_STEPS, bytes: 64 * MB },
    path: '/api/v1/runs/{id}',
    params: RunParams,
    query: GetRunQuery,
    responses: { 200: json('The run', RunSchema) },
    async handler(request) {
      const { outputs = true } = request.query;
      const run = await requireRun(deps, request.principal, request.params.id);
      await enterRead(deps, request, [run], { outputs });
      return reply(200, await readRun(deps, run, { outputs }));
    },
  });
}
