/** Spans of jobs that belong to runs and steps, whose trace context is in PostgreSQL. */
import { context, trace, type Context } from '@opentelemetry/api';
import { INTERRUPTIONS } from '@aio/catalog/metrics/labels';
import { bullmqTelemetry, contextOf, metadataOf, withSender } from '@aio/tracing/bullmq-telemetry';
import { contextOfStep } from './run-span.ts';
import { contextFromTraceparent, isSampled } from './trace-context.ts';

export { jobSpanOf, leaveOutJobSpan } from '@aio/tracing/bullmq-telemetry';

/** Trace columns of a run's row. */
interface RunTrace {
  traceparent: string | null;
  tracestate: string | null;
}

/** Tracing of producers and consumers of the queues. */
export interface QueueTracing {
  /** For BullMQ's queues and workers. A job needs one of the contexts below as its `telemetry.metadata`. */
  telemetry: ReturnType<typeof bullmqTelemetry>;
  /** Metadata of a run's job: the consumer's span is below the run's span. undefined = the run is not traced. */
  contextOfRun(run: RunTrace): string | undefined;
  /** Metadata of a step's job: the consumer's span is below the step's span. */
  contextOfStep(
    step: RunTrace & { runId: string; step: string; iteration: number },
  ): string | undefined;
  /**
   * Calls `send`, which sends once, in the context of the run, parent of the producer's span; undefined = in the active
   * context. The consumers' spans link to the producer's.
   */
  within<T>(runContext: string | undefined, send: () => T): T;
}

/**
 * @param options.scope name of the instrumentation scope, e.g. `@aio/worker`
 * @param options.server the Redis of the queues; of a cluster, its first node
 * @param options.runQueue name of the run queue. If a worker dies while it holds a run, the job's span is never exported.
 *   So spans of that work are below the run itself
 */
export function createQueueTracing(options: {
  scope: string;
  version?: string;
  runQueue: string;
  server: { address: string; port: number };
}): QueueTracing {
  return {
    telemetry: bullmqTelemetry({
      ...options,
      interruptions: INTERRUPTIONS,
      // Jobs carry the context of their run or step. The producer's span must not be a parent in the tree of a run.
      metadataOf: () => '',
      isParent: (queue) => queue !== options.runQueue,
    }),
    contextOfRun: (run) => toText(contextFromTraceparent(run.traceparent, run.tracestate)),
    contextOfStep: ({ traceparent, tracestate, runId, ...step }) =>
      toText(contextOfStep(contextFromTraceparent(traceparent, tracestate), runId, step)),
    within: (runContext, send) =>
      withSender(runContext === undefined ? context.active() : contextOf(runContext), send),
  };
}

function toText(within: Context): string | undefined {
  const above = trace.getSpanContext(within);
  return above !== undefined && isSampled(above) ? metadataOf(within) : undefined;
}
