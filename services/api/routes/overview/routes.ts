import type { Static } from 'typebox';
import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import { BUDGETED } from '@aio/catalog/objectives/slo-series';
import { type Overview, readOverview, successShare } from '@aio/platform/queries/read-overview';
import { readBudgets } from '@aio/query/error-budgets';
import { describeBudget } from '@aio/slo/error-budget';
import { scopeOf } from '../../auth/principal.ts';
import { defineRoute, MB, type Route, SMALL } from '../../http/define-route.ts';
import { isoTime } from '../../http/iso-time.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { BudgetList, DEFAULT_MINUTES, OverviewQuery, OverviewSchema } from './schema.ts';

const NONE = {
  queued: 0,
  running: 0,
  waiting: 0,
  succeeded: 0,
  failed: 0,
  rejected: 0,
  cancelled: 0,
};

export function overviewRoutes({
  readsOf,
  monitoring,
}: Pick<RouteDeps, 'readsOf' | 'monitoring'>): Route[] {
  const get = defineRoute({
    id: 'getOverview',
    tag: 'overview',
    summary: 'Summarize the runs of the last minutes',
    description: 'Counts the runs that you may see, by the minute of their acceptance.',
    method: 'GET',
    atMost: { rows: 1440, bytes: MB },
    path: '/api/v1/overview',
    query: OverviewQuery,
    responses: { 200: json('The overview', OverviewSchema) },
    async handler({ query: { minutes = DEFAULT_MINUTES, gameDays }, principal }) {
      const until = new Date();
      const since = new Date(until.getTime() - minutes * 60_000);
      const db = await readsOf(principal);
      const overview = await readOverview(db, {
        owner: scopeOf(principal),
        hiddenOwner: gameDays ? undefined : GAME_DAYS_ACCOUNT.subject,
        since,
        until,
      });
      return reply(200, present(overview));
    },
  });

  const budgets = defineRoute({
    id: 'getErrorBudgets',
    tag: 'overview',
    summary: 'Get what is left of each error budget now',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/error-budgets',
    responses: { 200: json('The error budgets', BudgetList) },
    async handler() {
      const found = await monitoring.ask((prometheus) =>
        readBudgets(prometheus, BUDGETED, Date.now() / 1000),
      );
      const items = BUDGETED.objectives.map(({ key, title }) => {
        const budget = found.get(key);
        return { key, title, budget: budget ? { ...budget, text: describeBudget(budget) } : null };
      });
      return reply(200, { items });
    },
  });
  return [get, budgets];
}

function present(overview: Overview): Static<typeof OverviewSchema> {
  return {
    since: isoTime(overview.since),
    until: isoTime(overview.until),
    runs: { ...NONE, ...overview.runs },
    success: successShare(overview.runs),
    durationMs: overview.duration,
    queueTimeMs: overview.queueTime,
    minutes: overview.minutes.map(({ at, runs, durationP95, queueTimeP95 }) => ({
      at: isoTime(at),
      runs: { ...NONE, ...runs },
      durationP95Ms: durationP95,
      queueTimeP95Ms: queueTimeP95,
    })),
    workflows: overview.workflows.map(({ durationP95, ...workflow }) => ({
      ...workflow,
      durationP95Ms: durationP95,
    })),
  };
}
