import { AioError } from '@aio/core/errors';
import { defineRoute, MB, type Route, SMALL } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { listAlerts } from './list-alerts.ts';
import { AlertList, AlertParams, ListAlertsQuery, RunbookSchema } from './schema.ts';

/** The most urgent ones. */
const MOST_ALERTS = 500;

/** Alerts of Prometheus, and their runbooks. */
export function alertRoutes({ monitoring }: Pick<RouteDeps, 'monitoring'>): Route[] {
  const list = defineRoute({
    id: 'listAlerts',
    tag: 'alerts',
    summary: 'List alerts: firing, pending, then inactive rules',
    method: 'GET',
    atMost: { rows: MOST_ALERTS, bytes: 4 * MB },
    path: '/api/v1/alerts',
    query: ListAlertsQuery,
    responses: { 200: json('The alerts', AlertList) },
    async handler({ query: { state } }) {
      const list = await listAlerts(monitoring);
      const items = list.items
        .filter((alert) => state === undefined || alert.state === state)
        .slice(0, MOST_ALERTS);
      return reply(200, { ...list, items });
    },
  });

  const runbook = defineRoute({
    id: 'getRunbook',
    tag: 'alerts',
    summary: 'Get the runbook of an alert, in Markdown',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/alerts/{name}/runbook',
    params: AlertParams,
    responses: { 200: json('The runbook', RunbookSchema) },
    handler({ params: { name } }) {
      const found = monitoring.runbooks.get(name);
      if (found === undefined) throw new AioError('not_found', `There is no runbook for ${name}.`);
      return reply(200, { alert: found.alert, markdown: found.markdown });
    },
  });

  return [list, runbook];
}
