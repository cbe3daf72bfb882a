import { cancelRun } from '@aio/platform/queries/runs/cancel-run';
import { recordCancelledRun } from '@aio/runtime/cancelled-run';
import { scopeOf } from '../../auth/principal.ts';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { readChangedRun } from './read-run.ts';
import { RunParams, RunSchema } from './schema.ts';

type Deps = Pick<
  RouteDeps,
  | 'pool'
  | 'links'
  | 'readVersion'
  | 'queues'
  | 'changes'
  | 'announce'
  | 'metrics'
  | 'tracing'
  | 'slices'
>;

export function cancelRunRoute(deps: Deps): Route {
  return defineRoute({
    id: 'cancelRun',
    tag: 'runs',
    summary: 'Cancel a run that is not finished',
    description: 'The run is cancelled when the API answers. Workers abort its running steps.',
    method: 'POST',
    path: '/api/v1/runs/{id}/cancel',
    params: RunParams,
    responses: { 202: json('The cancelled run', RunSchema) },
    async handler({ params: { id }, principal, actor }) {
      await cancelAndTell(deps, id, { onlyOwner: scopeOf(principal), audit: actor });
      return reply(202, await readChangedRun(deps, principal, id));
    },
  });
}

/** @throws AioError as `cancelRun` */
export async function cancelAndTell(
  deps: Pick<RouteDeps, 'pool' | 'changes' | 'announce' | 'metrics' | 'tracing'>,
  id: string,
  options: Parameters<typeof cancelRun>[2],
): Promise<void> {
  const cancelled = await cancelRun(deps.pool, id, options);
  await Promise.all([
    ...cancelled.ended.map((run) => deps.changes.publish(run.id)),
    deps.announce(cancelled.parents),
  ]);
  for (const run of cancelled.ended) recordCancelledRun(deps, run);
}
