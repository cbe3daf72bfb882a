import type { Static } from 'typebox';
import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import type { RunFilter } from '@aio/platform/queries/runs/find-runs';
import { listRuns } from '@aio/platform/queries/runs/list-runs';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import { DEFAULT_PAGE_SIZE } from '../../http/common-schema.ts';
import { defineRoute, PAGE, type Route } from '../../http/define-route.ts';
import { readTime } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentRunSummary } from './present-run.ts';
import { ListRunsQuery, NO_PARENT, RunPage } from './schema.ts';

export function listRunsRoute({ readsOf, links }: Pick<RouteDeps, 'readsOf' | 'links'>): Route {
  return defineRoute({
    id: 'listRuns',
    tag: 'runs',
    summary: 'List runs, newest first',
    method: 'GET',
    atMost: PAGE,
    path: '/api/v1/runs',
    query: ListRunsQuery,
    responses: { 200: json('A page of runs', RunPage) },
    async handler({ query, principal }) {
      const { limit = DEFAULT_PAGE_SIZE, cursor = null } = query;
      const { items, nextCursor } = await listRuns(await readsOf(principal), {
        ...readFilter(query, principal),
        limit,
        cursor,
      });
      return reply(200, { items: items.map((run) => presentRunSummary(run, links)), nextCursor });
    },
  });
}

/** @throws AioError `bad_request` for an invalid time */
export function readFilter(
  query: Partial<Omit<Static<typeof ListRunsQuery>, 'limit' | 'cursor'>>,
  principal: Principal,
): RunFilter {
  const owner = scopeOf(principal);
  const hidesGameDays = owner === null && !asksForGameDays(query);
  return {
    owner,
    workflowName: query.workflow,
    labels: query.label,
    statuses: query.status,
    parentRunId: query.parent === NO_PARENT ? null : query.parent,
    createdAfter: readTime(query.createdAfter),
    createdBefore: readTime(query.createdBefore),
    hiddenOwner: hidesGameDays ? GAME_DAYS_ACCOUNT.subject : undefined,
    ownedBy: query.owner,
    minDurationMs: query.minDurationMs,
    minCostUsd: query.minCostUsd,
    id: query.q,
  };
}

type Asked = Partial<
  Pick<Static<typeof ListRunsQuery>, 'gameDays' | 'workflow' | 'label' | 'owner' | 'parent' | 'q'>
>;

function asksForGameDays({
  gameDays,
  workflow,
  label,
  owner,
  parent = NO_PARENT,
  q,
}: Asked): boolean {
  return gameDays === true || parent !== NO_PARENT || [workflow, label, owner, q].some(Boolean);
}
