import type { Queryable } from '@aio/platform/queryable';
import { listWorkers } from '@aio/platform/queries/workers';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import { WorkerList } from './schema.ts';

export function workerRoutes(deps: { db: Queryable }): Route[] {
  return [
    defineRoute({
      id: 'listWorkers',
      tag: 'workers',
      summary: 'The workers that are there, and those that died within the hour',
      method: 'GET',
      path: '/api/v1/workers',
      responses: { 200: json('The workers', WorkerList) },
      async handler() {
        const workers = await listWorkers(deps.db);
        return reply(
          200,
          workers.map(({ metricsUrl: _, startedAt, heartbeatAt, ...worker }) => ({
            ...worker,
            kinds: [...worker.kinds],
            startedAt: startedAt.toISOString(),
            heartbeatAt: heartbeatAt.toISOString(),
          })),
        );
      },
    }),
  ];
}
