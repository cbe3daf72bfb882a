import { AIO } from '@aio/catalog/attributes';
import type { LabelsOf } from '@aio/catalog/instruments';
import { cancelRun, type CancelledRun } from '@aio/platform/queries/cancel-run';
import { contextFromTraceparent, sampledTraceId } from '@aio/runtime/trace-context';
import { defineRoute, type Route } from '../../http/define-route.ts';
import { json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
import { readRun } from './read-run.ts';
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
      for (const run of cancelled.ended) recordEnd(deps, run);
      return reply(202, await readRun(deps, id));
    },
  });
}

/** No worker ends a cancelled run, so its span, its duration and its open steps are recorded here. */
function recordEnd(
  { metrics, tracing }: Pick<Deps, 'metrics' | 'tracing'>,
  run: CancelledRun,
): void {
  const { id, workflowName, createdAt, finishedAt, traceparent, tracestate, stepsTotal } = run;
  const parent = contextFromTraceparent(traceparent, tracestate);
  metrics.runDuration.observe(
    { workflow: workflowName, outcome: 'cancelled' },
    (finishedAt.getTime() - createdAt.getTime()) / 1000,
    sampledTraceId(parent),
  );
  countCancelledSteps(metrics, run);
  tracing.recordSpan(
    'run',
    { workflow: workflowName },
    {
      parent,
      startTime: createdAt,
      endTime: finishedAt,
      attributes: {
        [AIO.runId]: id,
        [AIO.workflowName]: workflowName,
        [AIO.runStatus]: 'cancelled',
        [AIO.runStepsTotal]: stepsTotal,
      },
    },
  );
}

function countCancelledSteps(metrics: Deps['metrics'], { closed }: CancelledRun): void {
  for (const { kind, steps, attempts } of closed) {
    // Core's kinds and the catalogue's label values are the same set.
    const labels = { kind: kind as LabelsOf<'stepsFinished'>['kind'] };
    metrics.stepsFinished.inc({ ...labels, status: 'cancelled' }, steps);
    metrics.stepAttempts.inc({ ...labels, outcome: 'cancelled' }, attempts);
  }
}
