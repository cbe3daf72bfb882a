import type { Static } from 'typebox';
import { REPORTED } from '@aio/catalog/objectives/slo-series';
import { describeBudget, type ErrorBudget } from '@aio/slo/error-budget';
import { readBudgets } from '@aio/query/error-budgets';
import { monthOf, reportMonth } from '@aio/query/month-report';
import { defineRoute, type Route, SMALL } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { BudgetList, type BudgetSchema, MonthQuery, MonthReportSchema } from './schema.ts';

export function objectiveRoutes({ monitoring }: Pick<RouteDeps, 'monitoring'>): Route[] {
  const report = defineRoute({
    id: 'getObjectives',
    tag: 'objectives',
    summary: 'Report a month against the service-level objectives',
    description: 'By objective and day. Time without measurements counts as neither good nor bad.',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/objectives',
    query: MonthQuery,
    responses: { 200: json('The report', MonthReportSchema) },
    async handler({ query, principal }) {
      const now = Date.now() / 1000;
      const month = query.month ?? monthOf(now);
      const { objectives, ...found } = await monitoring.ask(principal, (prometheus) =>
        reportMonth(prometheus, REPORTED, month, now),
      );
      return reply(200, {
        ...found,
        objectives: objectives.map((one) => ({ ...one, budget: present(one.budget) })),
      } as Static<typeof MonthReportSchema>);
    },
  });

  const budgets = defineRoute({
    id: 'getErrorBudgets',
    tag: 'objectives',
    summary: 'Get what is left of each error budget now',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/objectives/budgets',
    responses: { 200: json('The error budgets', BudgetList) },
    async handler({ principal }) {
      const { objectives } = REPORTED;
      const found = await monitoring.ask(principal, (prometheus) =>
        readBudgets(prometheus, REPORTED, objectives, Date.now() / 1000),
      );
      const items = objectives.map(({ key, title }) => {
        return { key, title, budget: present(found.get(key) ?? null) };
      });
      return reply(200, { items });
    },
  });
  return [report, budgets];
}

function present(budget: ErrorBudget | null): Static<typeof BudgetSchema> | null {
  return budget && { ...budget, text: describeBudget(budget) };
}
