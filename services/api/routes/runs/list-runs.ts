import { AioError } from '@aio/core/errors';
import { listRuns } from '@aio/platform/queries/list-runs';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentRunSummary } from './present-run.ts';
import { ListRunsQuery, RunPage } from './schema.ts';

export function listRunsRoute({ pool, links }: Pick<RouteDeps, 'pool' | 'links'>): Route {
  return defineRoute({
    id: 'listRuns',
    tag: 'runs',
    summary: 'Runs, newest first',
    method: 'GET',
    path: '/api/v1/runs',
    query: ListRunsQuery,
    responses: { 200: json('A page of runs', RunPage) },
    async handler({ query }) {
      const { limit = DEFAULT_PAGE_SIZE, cursor = null } = query;
      const { items, nextCursor } = await listRuns(pool, {
        workflowName: query.workflow,
        statuses: query.status,
        parentRunId: query.parent,
        createdAfter: toDate(query.createdAfter),
        createdBefore: toDate(query.createdBefore),
        limit,
        cursor,
      });
      return reply(200, { items: items.map((run) => presentRunSummary(run, links)), nextCursor });
    },
  });
}

/** A time can have the form of one and still not be, e.g. in month 13. */
function toDate(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new AioError('bad_request', `${text} is not a time.`);
  return date;
}
