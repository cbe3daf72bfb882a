import type { Static } from 'typebox';
import { REPORTED } from '@aio/catalog/objectives/slo-series';
import { monthOf, reportMonth } from '@aio/query/month-report';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { MonthQuery, MonthReportSchema } from './schema.ts';

export function objectiveRoutes({ monitoring }: Pick<RouteDeps, 'monitoring'>): Route[] {
  const report = defineRoute({
    id: 'getObjectives',
    tag: 'objectives',
    summary: 'Report a month against the service-level objectives',
    description: 'By objective and day. Time without measurements counts as neither good nor bad.',
    method: 'GET',
    path: '/api/v1/objectives',
    query: MonthQuery,
    responses: { 200: json('The report', MonthReportSchema) },
    async handler({ query, principal }) {
      const now = Date.now() / 1000;
      const month = query.month ?? monthOf(now);
      const found = await monitoring.ask(principal, (prometheus) =>
        reportMonth(prometheus, REPORTED, month, now),
      );
      return reply(200, found as Static<typeof MonthReportSchema>);
    },
  });
  return [report];
}
