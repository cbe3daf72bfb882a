import { type Static, Type } from 'typebox';
import { AioError } from '@aio/core/errors';
import type { Board } from '@aio/query/boards';
import { askVariables, durations, fillVariables } from '@aio/query/fill-in';
import { defineRoute, jsonBody, MB, type Route, SMALL } from '../../http/define-route.ts';
import { FixedDocument } from '../../http/fixed-document.ts';
import { fixedDocument, json, reply } from '../../http/reply.ts';
import { QueryDataSchema, TimeSpanQuery } from '../../monitoring/schema.ts';
import { gridOf, readTimeSpan } from '../../monitoring/time-span.ts';
import type { RouteDeps } from '../route-deps.ts';
import { queryPanel } from './query-panel.ts';
import { BoardList, BoardParams, MarkList, PanelQuery, VariableList } from './schema.ts';
import { askMarks } from '@aio/query/annotations';
import type { TimeSpan } from '@aio/query/prometheus';
import type { Monitoring } from '../../monitoring/create-monitoring.ts';

const AnyObject = Type.Record(Type.String(), Type.Unknown());

/** Dashboards and the data of their panels. A client names a panel and cannot send a query. */
export function dashboardRoutes(deps: Pick<RouteDeps, 'monitoring' | 'traceUrlOf'>): Route[] {
  const { monitoring } = deps;
  const documents = new Map(
    [...monitoring.boards].map(([uid, { text }]) => [uid, new FixedDocument(text)]),
  );

  const list = defineRoute({
    id: 'listDashboards',
    tag: 'dashboards',
    summary: 'List dashboards',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/dashboards',
    responses: { 200: json('The dashboards', BoardList) },
    handler: () =>
      reply(200, {
        isConfigured: monitoring.isConfigured,
        grafanaUrl: monitoring.grafanaUrl,
        items: [...monitoring.boards.values()].map(presentBoard),
      }),
  });

  const read = defineRoute({
    id: 'getDashboard',
    tag: 'dashboards',
    summary: 'Get a dashboard as Grafana JSON',
    method: 'GET',
    atMost: { rows: 200, bytes: MB },
    path: '/api/v1/dashboards/{uid}',
    params: BoardParams,
    responses: fixedDocument('The dashboard', 'application/json', AnyObject),
    handler({ params: { uid } }) {
      requireBoard(uid);
      return reply(200, documents.get(uid)!);
    },
  });

  const variables = defineRoute({
    id: 'listDashboardVariables',
    tag: 'dashboards',
    summary: 'List the variables of a dashboard and their values',
    method: 'GET',
    atMost: { rows: 100, bytes: MB },
    path: '/api/v1/dashboards/{uid}/variables',
    params: BoardParams,
    query: TimeSpanQuery,
    responses: { 200: json('The variables', VariableList) },
    async handler({ params: { uid }, query }) {
      const board = requireBoard(uid);
      const span = readTimeSpan(query, '/query');
      return reply(200, await listVariables(monitoring, board, span));
    },
  });

  const query = defineRoute({
    id: 'queryDashboard',
    tag: 'dashboards',
    summary: 'Get the data of a panel',
    description:
      'Returns the series and the PromQL of each query. Changes nothing. The time range has 30 days at most.',
    method: 'POST',
    path: '/api/v1/dashboards/{uid}/query',
    params: BoardParams,
    body: jsonBody(PanelQuery),
    responses: { 200: json('The data', QueryDataSchema) },
    async handler({ params: { uid }, body }) {
      return reply(200, await queryPanel(deps, requireBoard(uid), body));
    },
  });

  const marks = defineRoute({
    id: 'listDashboardAnnotations',
    tag: 'dashboards',
    summary: 'List the marks of a dashboard: deployments, restarts, load tests, alerts',
    method: 'GET',
    atMost: { rows: 1000, bytes: MB },
    path: '/api/v1/dashboards/{uid}/annotations',
    params: BoardParams,
    query: TimeSpanQuery,
    responses: { 200: json('The marks', MarkList) },
    async handler({ params: { uid }, query: asked }) {
      const board = requireBoard(uid);
      const span = readTimeSpan(asked, '/query');
      return reply(200, await listMarks(monitoring, board, span));
    },
  });

  function requireBoard(uid: string): Board {
    const board = monitoring.boards.get(uid);
    if (board === undefined) throw noBoard(uid);
    return board;
  }

  return [list, read, variables, query, marks];
}

function presentBoard(board: Board) {
  return {
    uid: board.uid,
    title: board.title,
    description: board.description,
    panels: board.panels.length,
  };
}

function noBoard(uid: string): AioError {
  return new AioError('not_found', `There is no dashboard ${uid}.`);
}

async function listVariables(
  monitoring: Pick<Monitoring, 'ask'>,
  board: Board,
  span: TimeSpan,
): Promise<Static<typeof VariableList>> {
  const choices = await monitoring.ask((prometheus) => askVariables(board, prometheus, span));
  const valuesOf = new Map(choices.map(({ name, values }) => [name, values]));
  return {
    items: board.variables.map(({ name, label, description = null }) => ({
      name,
      label,
      description,
      values: [...(valuesOf.get(name) ?? [])],
    })),
  };
}

const POINTS = 1000;
/** As in the dashboards' JSON. */
const LEAST_STEP_SECONDS = 15;
const MOST = 200;

/** The newest marks of a board for all values of its variables, ascending in time. */
async function listMarks(
  monitoring: Pick<Monitoring, 'ask'>,
  board: Board,
  span: TimeSpan,
): Promise<Static<typeof MarkList>> {
  const range = gridOf(span, POINTS, LEAST_STEP_SECONDS);
  const marks = await monitoring.ask(async (prometheus) => {
    const values = {
      ...(await fillVariables(board, prometheus, span)),
      ...durations(range, LEAST_STEP_SECONDS),
    };
    return Promise.all(
      board.annotations.map((annotation) => askMarks(prometheus, annotation, values, range)),
    );
  });
  const all = marks.flat().toSorted((a, b) => a.from - b.from);
  return { items: all.slice(-MOST), leftOut: Math.max(0, all.length - MOST) };
}
