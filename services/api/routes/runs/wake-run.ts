import { AIO, ATTRIBUTES } from '@aio/catalog/attributes';
import { WAKE_UP_QUEUE, type WakeUp } from '@aio/core/wake-up';
import type { WakeUps } from '@aio/platform/wake-ups';
import type { Tracing } from '@aio/runtime/tracing';

/**
 * Tells the workers that a run has something ready. With Redis away nothing is told, and nothing is
 * lost: the reconciler finds the run.
 */
export async function wakeRun(
  { tracing, wakeUps }: { tracing: Tracing; wakeUps: Pick<WakeUps, 'send'> },
  wakeUp: WakeUp,
): Promise<void> {
  const attributes = {
    [ATTRIBUTES.messagingSystem]: 'bullmq',
    [ATTRIBUTES.messagingDestinationName]: WAKE_UP_QUEUE,
    [ATTRIBUTES.messagingOperationName]: 'send',
    [ATTRIBUTES.messagingOperationType]: 'send',
    [AIO.runId]: wakeUp.runId,
  };
  await tracing.inSpan('wakeUp', { queue: WAKE_UP_QUEUE }, { attributes }, async (span) => {
    const sent = await wakeUps.send([wakeUp]);
    if (!sent) span.setAttribute(ATTRIBUTES.errorType, 'unavailable');
  });
}
