import { AIO } from '@aio/catalog/traces/attributes';
import { type RetriedRun, type Retry, retryRun } from '@aio/platform/queries/runs/retry-run';
import { chooseRunSpan } from '@aio/runtime/run-span';
import { tracestateOf } from '@aio/runtime/trace-context';
import { scopeOf } from '../../auth/principal.ts';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { countSubmitted } from './new-run.ts';
import { enterRead, readChangedRun, requireRun } from './read-run.ts';
import { namesOf } from './name-run.ts';
import { RunParams, RunSchema } from './schema.ts';
import { SubmitHeaders } from './submit-schema.ts';

type Deps = Pick<
  RouteDeps,
  'pool' | 'links' | 'readVersion' | 'queues' | 'metrics' | 'tracing' | 'atOnce' | 'slices' | 'log'
>;

export function retryRunRoute(deps: Deps): Route {
  return defineRoute({
    id: 'retryRun',
    tag: 'runs',
    summary: 'Retry a failed or cancelled run',
    description:
      'Starts a new run of the same version and input, linked to the first. It reuses succeeded steps and executes all others. A run has one retry: further requests, with or without an Idempotency-Key, return the same new run. If that run fails too, retry it instead.',
    method: 'POST',
    path: '/api/v1/runs/{id}/retry',
    params: RunParams,
    headers: SubmitHeaders,
    responses: {
      202: json('The new run', RunSchema, {
        Location: 'Path of the new run',
        'Idempotency-Replayed': '`true` if an earlier request started the run',
      }),
    },
    async handler(request) {
      const { params, headers, principal, actor, span } = request;
      const { id } = params;
      const run = await requireRun(deps, principal, id);
      // The answer is as large as this run, and once there is a retry, it cannot be refused.
      await enterRead(deps, request, [run], { outputs: false });
      const facts = await deps.readVersion(run.workflowVersionId);
      const trace = { ...chooseRunSpan(span), tracestate: tracestateOf(span) };
      const { replayed, workflowName, runId } = await retryAndSend(deps, {
        runId: id,
        onlyOwner: scopeOf(principal),
        by: principal.subject,
        audit: actor,
        timeoutMs: facts.timeoutMs,
        namesOf: namesOf(deps, facts, run.workflowName),
        ...trace,
        idempotencyKey: headers['idempotency-key'] ?? null,
      });
      span.setAttributes({
        [AIO.runId]: runId,
        [AIO.workflowName]: workflowName,
        [AIO.idempotencyReplayed]: replayed,
      });
      return reply(202, await readChangedRun(deps, principal, runId), {
        Location: `/api/v1/runs/${runId}`,
        ...(replayed && { 'Idempotency-Replayed': 'true' }),
      });
    },
  });
}

/** @throws AioError as `retryRun` */
export async function retryAndSend(
  deps: Pick<RouteDeps, 'pool' | 'queues' | 'metrics'>,
  retry: Retry,
): Promise<RetriedRun> {
  const retried = await retryRun(deps.pool, retry);
  if (retried.replayed) return retried;
  const { runId, epoch, workflowId, workflowName, owner } = retried;
  const { traceparent, tracestate } = retry;
  countSubmitted(deps.metrics, { workflow: workflowName, owner });
  void deps.queues.addRuns([{ runId, epoch, workflowId, traceparent, tracestate }]);
  return retried;
}
