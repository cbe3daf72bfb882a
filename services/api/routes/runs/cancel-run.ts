import { AIO } from '@aio/catalog/attributes';
import { cancelRun, type CancelledRun } from '@aio/platform/queries/cancel-run';
import { contextFromTraceparent, sampledTraceId } from '@aio/runtime/trace-context';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { readRun, requireRun } from './read-run.ts';
import { RunParams, RunSchema } from './schema.ts';

type Deps = Pick<
  RouteDeps,
  'pool' | 'links' | 'readVersion' | 'signals' | 'wakeUps' | 'metrics' | 'tracing'
>;

export function cancelRunRoute(deps: Deps): Route {
  return defineRoute({
    id: 'cancelRun',
    tag: 'runs',
    summary: 'Cancel a run that is not finished',
    description: 'The run is cancelled when this answers; steps that were running are aborted.',
    method: 'POST',
    path: '/api/v1/runs/{id}/cancel',
    params: RunParams,
    responses: { 202: json('The cancelled run', RunSchema) },
    async handler({ params: { id } }) {
      const cancelled = await cancelRun(deps.pool, id);
      await Promise.all([
        ...cancelled.changed.map((runId) => deps.signals.publish(runId)),
        deps.wakeUps.ring(),
      ]);
      await recordEnd(deps, id, cancelled);
      return reply(202, await readRun(deps, id));
    },
  });
}

/** No worker ends a cancelled run, so its span and its duration are recorded here. */
async function recordEnd(
  deps: Deps,
  runId: string,
  { workflowName, createdAt, finishedAt }: CancelledRun,
): Promise<void> {
  const { metrics, tracing } = deps;
  const { traceparent, stepsTotal } = await requireRun(deps, runId);
  const parent = contextFromTraceparent(traceparent);
  metrics.runDuration.observe(
    { workflow: workflowName, outcome: 'cancelled' },
    (finishedAt.getTime() - createdAt.getTime()) / 1000,
    sampledTraceId(parent),
  );
  tracing.recordSpan(
    'run',
    { workflow: workflowName },
    {
      parent,
      startTime: createdAt,
      endTime: finishedAt,
      attributes: {
        [AIO.runId]: runId,
        [AIO.workflowName]: workflowName,
        [AIO.runStatus]: 'cancelled',
        [AIO.runStepsTotal]: stepsTotal,
      },
    },
  );
}
