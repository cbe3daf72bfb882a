import { MAX_STEPS } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import {
  getWorkflowVersion,
  weighWorkflowVersion,
  type WorkflowVersion,
} from '@aio/platform/queries/workflows/get-workflow-version';
import {
  listWorkflows,
  listWorkflowVersions,
} from '@aio/platform/queries/workflows/list-workflows';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { type Bound, defineRoute, MB, PAGE, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { InProgress } from '../../limits/at-once.ts';
import type { RouteDeps } from '../route-deps.ts';
import {
  presentDays,
  presentLastRun,
  presentListedWorkflow,
  presentVersion,
  presentVersionSummary,
  presentWorkflow,
  shareOf,
} from './present-workflow.ts';
import {
  ListQuery,
  VersionPage,
  VersionParams,
  VersionSchema,
  VersionsQuery,
  WorkflowPage,
  WorkflowParams,
  WorkflowSchema,
} from './schema.ts';
import { MOST_OTHER_STEPS } from '@aio/platform/queries/workflows/shown-steps';
import { findVersion } from '@aio/platform/queries/workflows/find-version';
import { readWorkflowStatistics } from '@aio/platform/queries/workflows/workflow-statistics';
import {
  DEFAULT_LAST_RUNS,
  StatisticsQuery,
  WorkflowStatisticsSchema,
} from './statistics-schema.ts';

/** The definition stands in it as text and as JSON. */
const DEFINITION: Bound = { rows: 100, bytes: 8 * MB };

export function readRoutes({
  pool,
  readsOf,
  atOnce,
}: Pick<RouteDeps, 'pool' | 'readsOf' | 'atOnce'>): Route[] {
  const list = defineRoute({
    id: 'listWorkflows',
    tag: 'workflows',
    summary: 'List workflows in their published versions, newest first',
    method: 'GET',
    atMost: PAGE,
    path: '/api/v1/workflows',
    query: ListQuery,
    responses: { 200: json('A page of workflows', WorkflowPage) },
    async handler({ query, principal }) {
      const { limit = DEFAULT_PAGE_SIZE, cursor = null, q = null, hasExample = false } = query;
      const owner = scopeOf(principal);
      const page = { owner, limit, cursor, name: q, hasExample };
      const { items, nextCursor } = await listWorkflows(await readsOf(principal), page);
      return reply(200, { items: items.map(presentListedWorkflow), nextCursor });
    },
  });

  const get = defineRoute({
    id: 'getWorkflow',
    tag: 'workflows',
    summary: 'Get the published version of a workflow',
    description: 'The newest version if none is published.',
    method: 'GET',
    atMost: DEFINITION,
    path: '/api/v1/workflows/{name}',
    params: WorkflowParams,
    responses: { 200: json('The workflow', WorkflowSchema) },
    async handler(request) {
      return reply(200, presentWorkflow(await requireWorkflow(request, request.params.name)));
    },
  });

  const versions = defineRoute({
    id: 'listVersions',
    tag: 'workflows',
    summary: 'List versions of a workflow, newest first',
    method: 'GET',
    atMost: PAGE,
    path: '/api/v1/workflows/{name}/versions',
    params: WorkflowParams,
    query: VersionsQuery,
    responses: { 200: json('A page of versions', VersionPage) },
    async handler({ params: { name }, query, principal }) {
      const { limit = DEFAULT_PAGE_SIZE, cursor = null } = query;
      const page = { owner: scopeOf(principal), limit, cursor };
      const db = await readsOf(principal);
      const { items, nextCursor } = await listWorkflowVersions(db, name, page);
      if (items.length === 0 && cursor === null) throw notFound(name);
      return reply(200, { items: items.map(presentVersionSummary), nextCursor });
    },
  });

  const version = defineRoute({
    id: 'getVersion',
    tag: 'workflows',
    summary: 'Get a version of a workflow',
    method: 'GET',
    atMost: DEFINITION,
    path: '/api/v1/workflows/{name}/versions/{version}',
    params: VersionParams,
    responses: { 200: json('The version', VersionSchema) },
    async handler(request) {
      const { name, version: number } = request.params;
      return reply(200, presentVersion(await requireWorkflow(request, name, number)));
    },
  });

  async function requireWorkflow(
    request: InProgress & { principal: Principal },
    name: string,
    number?: number,
  ): Promise<WorkflowVersion> {
    const of = { name, owner: scopeOf(request.principal), version: number ?? null };
    atOnce.enterRead(request, await weighWorkflowVersion(pool, of));
    const found = await getWorkflowVersion(pool, of);
    if (found !== null) return found;
    throw notFound(name, number);
  }

  return [list, get, versions, version];
}

function notFound(name: string, version?: number): AioError {
  const what = version === undefined ? `workflow ${name}` : `version ${version} of ${name}`;
  return new AioError('not_found', `There is no ${what}.`);
}

export function statisticsRoute({ readsOf }: Pick<RouteDeps, 'readsOf'>): Route {
  return defineRoute({
    id: 'getWorkflowStatistics',
    tag: 'workflows',
    summary: 'Get statistics of the last runs of a workflow',
    description:
      'Covers the newest finished runs of all versions: success, durations and cost, and for each step its queue time, execution time, attempts, failures and cost. Quantiles are exact.',
    method: 'GET',
    atMost: { rows: MAX_STEPS + MOST_OTHER_STEPS, bytes: 8 * MB },
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
