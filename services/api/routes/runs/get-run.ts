import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { enterRead, readRun, requireRun } from './read-run.ts';
import { GetRunQuery, RunParams, RunSchema } from './schema.ts';

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
