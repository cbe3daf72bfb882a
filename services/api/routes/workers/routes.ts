import type { Queryable } from '@aio/platform/postgres/queryable';
import { listWorkers, MOST_LISTED } from '@aio/platform/queries/queues/workers';
import { isAdmin } from '../../auth/principal.ts';
import { defineRoute, MB, type Route } from '../../http/define-route.ts';
import { isoTime } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import { WorkerList } from './schema.ts';

export function workerRoutes(deps: { pool: Queryable }): Route[] {
  return [
    defineRoute({
      id: 'listWorkers',
      tag: 'workers',
      summary: 'List workers, including those lost in the last 2 minutes',
      method: 'GET',
      atMost: { rows: MOST_LISTED, bytes: MB },
      path: '/api/v1/workers',
      responses: { 200: json('The workers', WorkerList) },
      async handler({ principal }) {
        const workers = await listWorkers(deps.pool);
        return reply(
          200,
          workers.map((worker) => ({
            id: worker.id,
            host: isAdmin(principal) ? worker.host : null,
            pid: isAdmin(principal) ? worker.pid : null,
            version: worker.version,
            lanes: worker.lanes,
            slots: worker.slots,
            slotsUsed: worker.slotsUsed,
            runsHeld: worker.runsHeld,
            state: worker.state,
            alive: worker.alive,
            kinds: [...worker.kinds],
            startedAt: isoTime(worker.startedAt),
            heartbeatAt: isoTime(worker.heartbeatAt),
          })),
        );
      },
    }),
  ];
}
