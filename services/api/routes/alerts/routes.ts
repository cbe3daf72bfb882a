import type { Static } from 'typebox';
import { AioError, ValidationError } from '@aio/core/errors';
import type { Runbook } from '@aio/query/runbooks';
import type { Principal } from '../../auth/principal.ts';
import { defineRoute, jsonBody, MB, type Route, SMALL } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import { answerQueries } from '../../monitoring/answer-query.ts';
import { QueryDataSchema, USUAL_POINTS } from '../../monitoring/schema.ts';
import { gridOf, readTimeSpan } from '../../monitoring/time-span.ts';
import type { RouteDeps } from '../route-deps.ts';
import { listAlerts } from './list-alerts.ts';
import { AlertList, AlertParams, ListAlertsQuery, RunbookQuery, RunbookSchema } from './schema.ts';

/** Alerts of Prometheus, runbooks, and data of their queries. */
/** The most urgent ones. */
const MOST_ALERTS = 500;

export function alertRoutes(deps: Pick<RouteDeps, 'monitoring' | 'traceUrlOf'>): Route[] {
  const { monitoring, traceUrlOf } = deps;

  const list = defineRoute({
    id: 'listAlerts',
    tag: 'alerts',
    summary: 'List alerts: firing, pending, then inactive rules',
    method: 'GET',
    atMost: { rows: MOST_ALERTS, bytes: 4 * MB },
    path: '/api/v1/alerts',
    query: ListAlertsQuery,
    responses: { 200: json('The alerts', AlertList) },
    async handler({ query: { state }, principal }) {
      const list = await listAlerts(monitoring, principal);
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
      const { alert, markdown, queries } = requireRunbook(name);
      const numbered = queries.map((promql, index) => ({ number: index + 1, promql }));
      return reply(200, { alert, markdown, queries: numbered });
    },
  });

  const query = defineRoute({
    id: 'queryRunbook',
    tag: 'alerts',
    summary: 'Get the data of a query in a runbook',
    description: 'Changes nothing. The time range has 30 days at most.',
    method: 'POST',
    path: '/api/v1/alerts/{name}/runbook/query',
    params: AlertParams,
    body: jsonBody(RunbookQuery),
    responses: { 200: json('The data', QueryDataSchema) },
    async handler({ params: { name }, body, principal }) {
      return reply(200, await queryRunbook(principal, requireRunbook(name), body));
    },
  });

  async function queryRunbook(
    principal: Principal,
    { queries, alert }: Runbook,
    asked: Static<typeof RunbookQuery>,
  ): Promise<Static<typeof QueryDataSchema>> {
    const span = readTimeSpan(asked, '');
    const expr = queries[asked.query - 1];
    if (expr === undefined) {
      const message = `The runbook of ${alert} has no query ${asked.query}.`;
      const hint = `Send a number from 1 to ${queries.length}.`;
      const fault = { pointer: '/query', rule: 'unknown_query', message, hint };
      throw new ValidationError(message, [fault]);
    }
    const scrapeSeconds = await monitoring.scrapeSeconds();
    const range = gridOf(span, asked.points ?? USUAL_POINTS, scrapeSeconds);
    const target = { refId: String(asked.query), expr, legendFormat: null };
    return monitoring.ask(principal, (prometheus) =>
      answerQueries({ prometheus, traceUrlOf }, [target], {}, { range, span }, 'prometheus'),
    );
  }

  function requireRunbook(name: string): Runbook {
    const found = monitoring.runbooks.get(name);
    if (found === undefined) throw new AioError('not_found', `There is no runbook for ${name}.`);
    return found;
  }

  return [list, runbook, query];
}
