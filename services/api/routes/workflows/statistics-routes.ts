import { findVersion } from '@aio/platform/queries/find-version';
import { readWorkflowStatistics } from '@aio/platform/queries/workflow-statistics';
import { AioError } from '@aio/core/errors';
import { scopeOf } from '../../auth/principal.ts';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentDays, presentLastRun, shareOf } from './present-statistics.ts';
import { WorkflowParams } from './schema.ts';
import {
  DEFAULT_LAST_RUNS,
  StatisticsQuery,
  WorkflowStatisticsSchema,
} from './statistics-schema.ts';

export function statisticsRoute({ readsOf }: Pick<RouteDeps, 'readsOf'>): Route {
  return defineRoute({
    id: 'getWorkflowStatistics',
    tag: 'workflows',
    summary: 'Get statistics of the last runs of a workflow',
    description:
      'Covers the newest finished runs of all versions: success, durations and cost, and for each step its queue time, execution time, attempts, failures and cost. Quantiles are exact.',
    method: 'GET',
    path: '/api/v1/workflows/{name}/statistics',
    params: WorkflowParams,
    query: StatisticsQuery,
    responses: { 200: json('The statistics', WorkflowStatisticsSchema) },
    async handler({ params: { name }, query, principal }) {
      const owner = scopeOf(principal);
      const db = await readsOf(principal);
      const found = await findVersion(db, { name, owner });
      if (found === null) throw new AioError('not_found', `There is no workflow ${name}.`);
      const { workflowId } = found;
      const lastRuns = query.lastRuns ?? DEFAULT_LAST_RUNS;
      const { lastRun, runsPerDay, ...statistics } = await readWorkflowStatistics(db, {
        workflowId,
        owner,
        lastRuns,
      });
      return reply(200, {
        name,
        ...statistics,
        successShare: shareOf(statistics),
        lastRun: presentLastRun(lastRun),
        runsPerDay: presentDays(runsPerDay),
      });
    },
  });
}
