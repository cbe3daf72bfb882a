import { MAX_OUTPUT_BYTES } from '@aio/core/definition/limits';
import { AioError } from '@aio/core/errors';
import { skippedBecause } from '@aio/core/run/skipped-because';
import { getRunLogs, getStepLogs, MOST_LOG_LINES } from '@aio/platform/queries/runs/get-step-logs';
import {
  findStepOutput,
  listStepItems,
  readStepAttempts,
  type RunStep,
} from '@aio/platform/queries/runs/run-steps';
import { type Outputs, readItemOutputs, weighItems } from '@aio/platform/queries/runs/run-values';
import type { Principal } from '../../auth/principal.ts';
import { AnyJson, DEFAULT_PAGE_SIZE, itemOrNull } from '../../http/common-schema.ts';
import { type Bound, defineRoute, MB, type Route, SMALL } from '../../http/define-route.ts';
import { json, jsonStream, reply } from '../../http/reply.ts';
import type { InProgress } from '../../limits/at-once.ts';
import type { RouteDeps } from '../route-deps.ts';
import { presentAttempt, presentStep } from './present-step.ts';
import { causeOf } from './present-run.ts';
import { requireRun } from './read-run.ts';
import { readItemWaits } from './wait-reasons.ts';
import {
  AttemptsSchema,
  ItemQuery,
  ListItemsQuery,
  RunParams,
  RunStepParams,
  StepPage,
} from './schema.ts';
import { LogsSchema, RunLogsSchema, StepLogsQuery } from './logs-schema.ts';
import { Readable } from 'node:stream';

/** An item has no dependencies: it starts with its map. */
const NO_NEEDS = { needs: [], join: 'all_settled', condition: null } as const;
const NO_STEPS = { statusOf: () => 'pending' as const };

/** With the names of their steps, lines are up to four times as long as without. */
const LOGS: Bound = { rows: MOST_LOG_LINES, bytes: MB };

export function stepRoutes(
  deps: Pick<RouteDeps, 'pool' | 'readVersion' | 'queues' | 'atOnce'>,
): Route[] {
  const { pool } = deps;

  const items = defineRoute({
    id: 'listItems',
    tag: 'runs',
    summary: 'List the items of a map, by index',
    method: 'GET',
    atMost: { rows: 200, bytes: 16 * MB },
    path: '/api/v1/runs/{id}/steps/{step}/items',
    params: RunStepParams,
    query: ListItemsQuery,
    responses: { 200: json('A page of items', StepPage) },
    async handler(request) {
      const { params, query, principal } = request;
      const { id, step } = params;
      const { limit = DEFAULT_PAGE_SIZE, cursor = null, outputs = true } = query;
      const { run, outline } = await requireStep(deps, principal, id, step);
      const page = await listStepItems(pool, { runId: id, step, limit, cursor });
      const shown = outputs ? await readOutputs(request, page.items) : null;
      const waits = await readItemWaits(deps, id, page.items, outline.maxAttempts);
      const items = page.items.map((item, index) =>
        presentStep(item, [], {
          waitingFor: waits[index] ?? null,
          skippedBecause: skippedBecause(
            { ...item, ...NO_NEEDS },
            { ...causeOf(run), ...NO_STEPS },
          ),
          output: shown?.get(item.iteration),
        }),
      );
      return reply(200, { items, nextCursor: page.nextCursor });
    },
  });

  const logs = defineRoute({
    id: 'getStepLogs',
    tag: 'runs',
    summary: 'Get the log of a step',
    description:
      'Lines of all attempts in order, or of one `attempt`. If they do not fit into one answer, those of the latest attempts.',
    method: 'GET',
    atMost: LOGS,
    path: '/api/v1/runs/{id}/steps/{step}/logs',
    params: RunStepParams,
    query: StepLogsQuery,
    responses: { 200: json('The lines', LogsSchema) },
    async handler(request) {
      const { params, query, principal } = request;
      const { id, step } = params;
      const { iteration = -1, attempt = null } = query;
      await requireStep(deps, principal, id, step);
      return reply(200, await getStepLogs(pool, { runId: id, step, iteration, attempt }));
    },
  });

  const runLogs = defineRoute({
    id: 'getRunLogs',
    tag: 'runs',
    summary: 'Get the logs of all steps of a run, by time',
    method: 'GET',
    atMost: LOGS,
    path: '/api/v1/runs/{id}/logs',
    params: RunParams,
    responses: { 200: json('The lines', RunLogsSchema) },
    async handler(request) {
      const { id } = request.params;
      await requireRun(deps, request.principal, id);
      const { lines, truncated } = await getRunLogs(pool, id);
      const presented = lines.map((line) => ({ ...line, iteration: itemOrNull(line.iteration) }));
      return reply(200, { lines: presented, truncated });
    },
  });

  async function readOutputs(
    request: InProgress,
    items: readonly RunStep[],
  ): Promise<Outputs<number>> {
    const [first, last] = [items[0], items.at(-1)];
    if (!first || !last) return new Map();
    const range = { ...first, from: first.iteration, to: last.iteration };
    deps.atOnce.enterRead(request, await weighItems(pool, range));
    return readItemOutputs(pool, range);
  }

  return [items, logs, runLogs];
}

/** @throws AioError `not_found` if the run has no such step, doesn't exist or belongs to another owner */
async function requireStep(
  deps: Pick<RouteDeps, 'pool' | 'readVersion'>,
  principal: Principal,
  runId: string,
  step: string,
) {
  const run = await requireRun(deps, principal, runId);
  const { steps } = await deps.readVersion(run.workflowVersionId);
  const outline = steps.find(({ id }) => id === step);
  if (outline !== undefined) return { run, outline };
  throw new AioError('not_found', `The run has no step ${step}.`);
}

export function stepAttemptsRoute(deps: Pick<RouteDeps, 'pool' | 'readVersion'>): Route {
  return defineRoute({
    id: 'listAttempts',
    tag: 'runs',
    summary: 'List all attempts of a step',
    description: 'In order. For an item of a map, send its `iteration`.',
    method: 'GET',
    atMost: SMALL,
    path: '/api/v1/runs/{id}/steps/{step}/attempts',
    params: RunStepParams,
    query: ItemQuery,
    responses: { 200: json('The attempts', AttemptsSchema) },
    async handler({ params: { id, step }, query: { iteration = -1 }, principal }) {
      await requireStep(deps, principal, id, step);
      const attempts = await readStepAttempts(deps.pool, { runId: id, step, iteration });
      return reply(200, { attempts: attempts.map(presentAttempt) });
    },
  });
}

export function stepOutputRoute({ pool }: Pick<RouteDeps, 'pool'>): Route {
  return defineRoute({
    id: 'getStepOutput',
    tag: 'runs',
    summary: 'Download the output of a step',
    description: 'The whole output as JSON. For an item of a map, send its `iteration`.',
    method: 'GET',
    atMost: { rows: 1, bytes: MAX_OUTPUT_BYTES },
    path: '/api/v1/runs/{id}/steps/{step}/output',
    params: RunStepParams,
    query: ItemQuery,
    responses: {
      200: jsonStream('The output', AnyJson, {
        'Content-Disposition': 'Name of the file',
      }),
    },
    async handler({ params: { id, step }, query: { iteration = -1 }, principal }) {
      await requireRun({ pool }, principal, id);
      const text = await findStepOutput(pool, { runId: id, step, iteration });
      if (text === null) throw new AioError('not_found', `Step ${step} has no output.`);
      const body = Buffer.from(text);
      const name = iteration === -1 ? step : `${step}-${iteration}`;
      return reply(200, Readable.from([body]), {
        'Content-Disposition': `attachment; filename="${name}.json"`,
        'Content-Length': String(body.length),
      });
    },
  });
}
