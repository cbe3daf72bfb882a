import type { Span } from '@opentelemetry/api';
import { Type } from 'typebox';
import { AioError, type Failure } from '@aio/core/errors';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import type { AuditActor } from '@aio/platform/queries/audit-log';
import { logEvent } from '@aio/runtime/log-event';
import { type Principal, scopeOf } from '../../auth/principal.ts';
import { Id, Nullable, OneOf } from '../../http/common-schema.ts';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { cancelAndTell } from './cancel-run.ts';
import { newRunId, startTrace } from './new-run.ts';
import { requireRun } from './read-run.ts';
import { retryAndSend } from './retry-run.ts';
import { namesOf } from './name-run.ts';

type Deps = Pick<
  RouteDeps,
  | 'pool'
  | 'queues'
  | 'changes'
  | 'announce'
  | 'metrics'
  | 'tracing'
  | 'readVersion'
  | 'atOnce'
  | 'log'
>;

const MOST_IDS = 200;
/** So that a request leaves connections of the pool to others. */
const AT_ONCE = 10;

const BulkBody = Type.Object(
  {
    action: OneOf(['cancel', 'retry']),
    ids: Type.Array(Id, { minItems: 1, maxItems: MOST_IDS }),
  },
  { additionalProperties: false, title: 'BulkRequest' },
);

export const BulkResultSchema = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          id: Id,
          error: Nullable(
            Type.Object(
              { code: Type.String(), message: Type.String() },
              { additionalProperties: false, description: 'null = done' },
            ),
          ),
        },
        { additionalProperties: false, title: 'BulkItem' },
      ),
      { description: 'Each run once, in the order of the request.' },
    ),
  },
  { title: 'BulkResult', additionalProperties: false },
);

export function bulkRoute(deps: Deps): Route {
  return defineRoute({
    id: 'bulkRuns',
    tag: 'runs',
    summary: 'Cancel or retry many runs',
    description:
      'Answers for each run what the operation on that run alone would: nothing, or its error. Send a request that got no answer again: what is cancelled or retried by then counts as done. One request of a caller at a time.',
    method: 'POST',
    path: '/api/v1/runs/bulk',
    body: jsonBody(BulkBody),
    responses: { 200: json('What became of each run', BulkResultSchema) },
    async handler(request) {
      deps.atOnce.enter('bulk_actions', request);
      const { body, principal, actor, span } = request;
      const perform = body.action === 'cancel' ? cancel : retry;
      const waiting = [...new Set(body.ids)].map((id) => ({ id, error: null as Failure | null }));
      const items = [...waiting];
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let item = waiting.shift(); item; item = waiting.shift())
            item.error = await tryOne(item.id, () =>
              perform(deps, item!.id, { principal, actor, span }),
            );
        }),
      );
      return reply(200, { items });
    },
  });

  /** @throws AioError `unavailable`, because the other runs would meet the same */
  async function tryOne(id: string, perform: () => Promise<void>): Promise<Failure | null> {
    try {
      await perform();
      return null;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      if (error instanceof AioError) {
        // Cancelled by an earlier request.
        if (error.code === 'run_finished' && error.details['status'] === 'cancelled') return null;
        return { code: error.code, message: error.message };
      }
      logEvent(deps.log, 'bulkRunFailed', { err: error, run_id: id });
      return { code: 'internal', message: 'An internal error occurred. The log shows the cause.' };
    }
  }
}

interface Asked {
  principal: Principal;
  actor: AuditActor;
  span: Span;
}

async function cancel(deps: Deps, id: string, { principal, actor }: Asked): Promise<void> {
  const audit = { ...actor, action: 'cancelRun' };
  await cancelAndTell(deps, id, { onlyOwner: scopeOf(principal), audit });
}

async function retry(deps: Deps, runId: string, { principal, actor, span }: Asked): Promise<void> {
  const run = await requireRun(deps, principal, runId);
  const facts = await deps.readVersion(run.workflowVersionId);
  const newId = newRunId();
  await retryAndSend(deps, {
    runId,
    newId,
    onlyOwner: scopeOf(principal),
    by: principal.subject,
    audit: { ...actor, action: 'retryRun' },
    timeoutMs: facts.timeoutMs,
    namesOf: namesOf(deps, facts, run.workflowName),
    ...startTrace(deps, run.workflowName, newId, span),
    idempotencyKey: null,
  });
}
