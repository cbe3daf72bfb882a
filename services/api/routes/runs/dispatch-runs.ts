import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import { RUN_QUEUE } from '@aio/core/run/jobs';
import type { WantedRun } from '@aio/core/run/storage';
import type { WorkQueues } from '@aio/platform/work-queues';
import type { Tracing } from '@aio/runtime/tracing';

export interface DispatchDeps {
  tracing: Tracing;
  queues: Pick<WorkQueues, 'addRuns'>;
}

/**
 * Makes new runs jobs of the run queue. The client does not wait for it: with Redis away the jobs are not sent, and
 * the workers' reconciler sends them later.
 */
export function dispatchRuns({ tracing, queues }: DispatchDeps, runs: readonly WantedRun[]): void {
  const [first, ...others] = runs;
  if (first === undefined) return;
  const attributes = {
    [ATTRIBUTES.messagingSystem]: 'bullmq',
    [ATTRIBUTES.messagingDestinationName]: RUN_QUEUE,
    [ATTRIBUTES.messagingOperationName]: 'send',
    [ATTRIBUTES.messagingOperationType]: 'send',
    ...(others.length === 0
      ? { [AIO.runId]: first.runId }
      : { [ATTRIBUTES.messagingBatchMessageCount]: runs.length }),
  };
  void tracing.inSpan('send', { queue: RUN_QUEUE }, { attributes }, async (span) => {
    if (!(await queues.addRuns(runs))) span.setAttribute(ATTRIBUTES.errorType, 'unavailable');
  });
}
